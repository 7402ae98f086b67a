import Foundation
import RunStore
import TestSupport
import Testing

@Suite struct RunLeNetTests {
  @Test func resultsGoToStandardOutputAndEverythingElseToStandardError() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(Workplace.smallRun)
    #expect(outcome.status == .exited(0))
    #expect(outcome.lines.count == 1)
    #expect(outcome.output.hasPrefix("Run 1 finished after "))
    let errors = outcome.errors.split(separator: "\n")
    #expect(errors.count == 6)
    #expect(errors[0].hasPrefix("epoch 1/2  train loss "))
    #expect(errors[1].hasPrefix("epoch 2/2  train loss "))
    #expect(
      errors[2...].joined(separator: "\n") == """
        Next:
          tracker show 1
          tracker export layers 1
          sqlite3 -box tracker.db "SELECT epoch, train_loss, val_loss, val_accuracy \
        FROM epoch_losses WHERE run_id = 1"
        """)
    // The file is closed: no log of SQLite is left beside it.
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test func activationsAreRecordedOnWishAndPlotted() async throws {
    let workplace = try Workplace()
    for wish in [[], ["--activations"]] {
      let run = try await workplace.tracker(Workplace.smallRun + ["--quiet"] + wish)
      #expect(run.status == .exited(0))
      let plot = try await workplace.tracker(
        ["plot", "histogram", "--quantity", "activation", "-o", "a.svg"])
      #expect(plot.status == .exited(wish.isEmpty ? 1 : 0), "\(plot.errors)")
    }
    let picture = try String(contentsOf: workplace.file("a.svg"), encoding: .utf8)
    for title in ["Activations after epoch 2, run 2", "conv1", "pool2", "fc3"] {
      #expect(picture.contains(title), "\(title)")
    }
  }

  @Test func quietPrintsNothing() async throws {
    let outcome = try await Workplace().tracker(Workplace.smallRun + ["--quiet"])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output == "")
    #expect(outcome.errors == "")
  }

  @Test func jsonPrintsOneObject() async throws {
    struct Object: Decodable {
      let run: Int
      let uuid: String
      let status: String
      let seconds: Double
      let epochs: Int
      let images_per_second: Double
      let final_train_loss: Double
      let best_train_loss: Double
      let final_val_loss: Double
      let best_val_loss: Double
      let final_val_accuracy: Double
      let best_val_accuracy: Double
    }
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(Workplace.smallRun + ["--json"])
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(outcome.lines.count == 1)
    let object = try JSONDecoder().decode(Object.self, from: Data(outcome.output.utf8))
    let record = try workplace.database().run(1)
    #expect(object.run == 1)
    #expect(object.uuid == record.uuid)
    #expect(object.status == "finished")
    #expect(object.epochs == 2)
    #expect(object.seconds > 0)
    #expect(object.images_per_second > 0)
    let losses = try workplace.database().metrics(ofRun: 1, name: "val/loss").map(\.value)
    #expect(object.final_val_loss == losses.last)
    #expect(object.best_val_loss == losses.min())
    #expect(object.best_train_loss <= object.final_train_loss)
    #expect(object.best_val_accuracy >= object.final_val_accuracy)
  }

  @Test func everyOptionIsAParameterOfItsOwnType() async throws {
    let workplace = try Workplace()
    let options = [
      "--lr", "0.02", "--batch-size", "64", "--no-shuffle", "--momentum", "0", "--seed", "3",
      "--schedule", "cosine", "--init", "he", "--weight-decay", "1e-4", "--threads", "1",
      "--snapshot-every", "2", "--histogram-every", "0", "--log-steps", "--name", "näme 漢字",
      "--experiment", "tést", "--tag", "plain", "--tag", "key=a=b", "--note", "it's new",
    ]
    let outcome = try await workplace.tracker(Workplace.smallRun + options)
    #expect(outcome.status == .exited(0))
    let database = try workplace.database()
    let parameters = try database.parameters(ofRun: 1)
    let expected: [String: SQLValue] = [
      "data": "shapes", "data_dir": nil, "limit": 200, "validation_limit": 50, "seed": 3,
      "init": "he", "init_weights": nil, "epochs": 2, "batch_size": 64, "lr": .real(0.02),
      "schedule": "cosine", "momentum": .real(0), "weight_decay": .real(1e-4), "shuffle": 0,
      "threads": 1, "snapshot_every": 2, "histogram_every": 0, "activations": 0, "log_steps": 1,
      "profile": 0, "on_divergence": "stop", "gradient_samples": 1_000,
    ]
    #expect(parameters == expected)
    let record = try database.run(1)
    #expect(record.name == "näme 漢字")
    #expect(record.experiment == "tést")
    #expect(record.recipe == "lenet")
    #expect(record.seed == 3)
    #expect(record.status == .finished)
    #expect(record.note == "it's new")
    #expect(record.command?.hasPrefix("tracker run lenet --data shapes") == true)
    #expect(record.command?.hasSuffix("--tag key=a=b --note 'it'\\''s new'") == true)
    #expect(try database.tags(ofRun: 1) == ["plain": "", "key": "a=b"])
    #expect(try database.metrics(ofRun: 1, name: "train/step_loss").count == 2 * 4)
    let environment = try database.environment(ofRun: 1)
    #expect(environment["data.train.count"] == 200)
    #expect(environment["data.validation.count"] == 50)
    #expect(environment["data.shape"] == "3x32x32")
    for fact in ["data.mean.2", "data.std.2", "data.train.hash", "cpu", "os", "swift"] {
      #expect(environment[fact] != nil, "\(fact) is missing")
    }
  }

  @Test func alertsAreSaidOnce() async throws {
    let outcome = try await Workplace().tracker(
      Workplace.smallRun + ["--lr", "50", "--on-divergence", "continue"])
    // "Warning: …" as it happens, "Warning, run 1: …" at the end.
    let said = (outcome.output + outcome.errors).split(separator: "\n")
      .filter { $0.hasPrefix("Warning") }.map { $0.drop { $0 != ":" } }
    #expect(!said.isEmpty && Set(said).count == said.count, "\(said)")
  }

  @Test func theSameSeedGivesTheSameBitsOnAnyNumberOfThreads() async throws {
    let workplace = try Workplace()
    for threads in ["1", "2"] {
      _ = try await workplace.tracker(Workplace.smallRun + ["--quiet", "--threads", threads])
    }
    _ = try await workplace.tracker(Workplace.smallRun + ["--quiet", "--seed", "2"])
    let database = try workplace.database()
    let hashes = try (1...3).map { run in
      try database.tensorSummaries(ofRun: run).map(\.blobHash)
    }
    #expect(hashes[0].count == 3 * 10)
    #expect(hashes[0] == hashes[1])
    #expect(Set(hashes[0]).isDisjoint(with: hashes[2]))
  }

  @Test(.enabled("sqlite3 is missing", Workplace.hasSQLiteShell))
  func aRunWhoseEpochCannotBeStoredIsMarkedFailed() async throws {
    let workplace = try await Workplace.withRun()
    let trigger = """
      CREATE TRIGGER full BEFORE INSERT ON histograms BEGIN SELECT raise(ABORT, 'no room'); END
      """
    // A file that has such a trigger is not written; this one comes while the training runs.
    let outcome = try await workplace.shell(
      """
      tracker run lenet --data shapes --limit 200 --validation-limit 50 --epochs 100000 --quiet &
      until [ "$(sqlite3 tracker.db 'SELECT COUNT(*) FROM histograms WHERE run_id = 2')" -gt 0 ]
      do :; done
      sqlite3 -cmd '.timeout 60000' tracker.db "\(trigger)"
      wait $!
      """)
    #expect(outcome.status == .exited(1))
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("Error: "))
    #expect(outcome.errors.contains("no room"))
    #expect(outcome.errors.contains("\nTry: "))
    let database = try workplace.database()
    #expect(try database.run(2).status == .failed)
    #expect(try database.run(2).error?.contains("no room") == true)
  }

  @Test func onOneCoreOneIsTakenAndSaid() async throws {
    let workplace = try Workplace()
    // Not every system binds processes to cores.
    guard try await workplace.shell("command -v taskset").status == .exited(0) else { return }
    let outcome = try await workplace.shell(
      """
      core=$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')
      exec taskset -c "$core" tracker \(Workplace.smallRun.joined(separator: " ")) --quiet
      """)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let said = try PlainConnection(path: workplace.path("tracker.db")).textRows(
      """
      SELECT params.value, environment.value
      FROM params JOIN environment USING (run_id)
      WHERE params.name = 'threads' AND environment.name = 'cores'
      """)
    #expect(said == [["1", "1"]])
  }

  @Test func theFileIsAlsoNamedByTheEnvironment() async throws {
    let workplace = try Workplace()
    let run = try await workplace.tracker(Workplace.smallRun, database: "it's here.db")
    #expect(run.status == .exited(0))
    #expect(run.errors.contains(#"tracker show 1 --db 'it'\''s here.db'"#))
    #expect(try workplace.files == ["it's here.db"])
    #expect(
      try await workplace.tracker(["list", "--format", "jsonl"], database: "it's here.db").lines
        .count == 1)
    // The option wins, and an empty variable is one that is not set.
    let option = try await workplace.tracker(
      ["list", "--db", "other.db"], database: "it's here.db")
    #expect(option.errors.contains("other.db"))
    #expect(try await workplace.tracker(["list"], database: "").errors.contains("tracker.db"))
  }
}
