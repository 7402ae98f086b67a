#include <sqlite3.h>

/// Forbids what could damage the file by SQL alone: writes to `sqlite_schema`, and to the tables in which
/// modules keep their own data. `sqlite3_db_config` is variadic, which Swift cannot call.
static inline int sqlite3_be_defensive(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Whether triggers run.
static inline int sqlite3_enable_triggers(sqlite3 *db, int on) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, (int *)0);
}
