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

  /// Writes a page of what a search finds, and the token for the next one if there is more.
  /// - Parameters:
  ///   - name: What the list is called.
  ///   - usual: The size of a page where the client does not say one.
  ///   - most: The largest that it may say.
  ///   - room: The bytes that one of the list mostly takes.
  ///   - find: Searches, from an offset on.
  ///   - write: Writes one of what was found.
  func page<Key>(
    called name: StaticString, usual: Int, most: Int = Rules.largestPage, room: Int,
    find: (_ limit: Int, _ offset: Int) throws -> [Key],
    write: (Key, inout JSONWriter) throws -> Void
  ) throws -> [UInt8] {
    let size = try Rules.pageSize(message.integer("max_results"), usual: usual, most: most)
    let offset = try PageToken.offset(message.text("page_token"))
    // One more tells whether there is another page.
    let found = try find(size + 1, offset)
    let keys = found.prefix(size)
    return try answer(capacity: room * keys.count) { writer in
      writer.name(name)
      try writer.array { writer in
        for key in keys { try write(key, &writer) }
      }
      if found.count > size {
        writer.member("next_page_token", PageToken.token(offset + size))
      }
    }
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
