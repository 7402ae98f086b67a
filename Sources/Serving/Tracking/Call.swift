import Foundation
import GRDB
import RunStore

/// One request to the tracking API, within a transaction.
struct Call {
  /// The file.
  let db: Database
  /// What was asked.
  let message: Message
  /// The parts of the path that are no words of the API, such as the id of a model.
  let parts: [String]
  /// When it came.
  let now: Date
  /// The server that was asked.
  let server: ServerFacts

  /// Milliseconds since 1970.
  var time: Int64 { now.milliseconds }

  /// The answer without content.
  static let nothing = Array("{}".utf8)

  /// Writes an answer, which is an object.
  func answer(
    capacity: Int = 512, _ body: (inout JSONWriter) throws -> Void
  ) rethrows -> [UInt8] {
    var writer = JSONWriter(capacity: capacity)
    try writer.object(body)
    return writer.bytes
  }
}

/// What answers say of the server.
struct ServerFacts: Sendable {
  /// The machine that it runs on.
  let machine: Machine
  /// The folder that it was started in.
  let folder: String
  /// The run of the program that it serves alone; nil for a server of everyone.
  let launched: LaunchedRun?
}
