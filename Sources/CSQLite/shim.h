#include <sqlite3.h>
#include <stdint.h>
#include <time.h>

/// Forbids what could damage the file by SQL alone: writes to `sqlite_schema`, and to the tables in which
/// modules keep their own data. `sqlite3_db_config` is variadic, which Swift cannot call.
static inline int sqlite3_be_defensive(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Whether triggers run.
static inline int sqlite3_enable_triggers(sqlite3 *db, int on) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, (int *)0);
}

/// Waits for a lock of others: SQLite calls it again and again until the lock is there. All who wait ask at
/// intervals of the same length, 1 to 25 ms by chance, so that who came late does not go before who has waited
/// long, as with SQLite's own handler, which asks every 100 ms in the end.
/// - Returns: 0 when the milliseconds are over.
static inline int sqlite3_wait_for_lock(void *milliseconds, int tries) {
  static _Thread_local struct timespec start;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (tries == 0) start = now;
  long long waited = (now.tv_sec - start.tv_sec) * 1000LL + (now.tv_nsec - start.tv_nsec) / 1000000;
  if (waited >= (intptr_t)milliseconds) return 0;
  long microseconds = 1000 + now.tv_nsec / 100 % 24000;
  struct timespec interval = {0, 1000 * microseconds};
  nanosleep(&interval, 0);
  return 1;
}

/// Has a connection wait for locks of others, at most so many milliseconds.
static inline int sqlite3_wait_fairly(sqlite3 *db, int milliseconds) {
  return sqlite3_busy_handler(db, sqlite3_wait_for_lock, (void *)(intptr_t)milliseconds);
}
