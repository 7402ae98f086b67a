/// What a request says: the members of its JSON object, or the parameters of its query.
///
/// As protobuf has it, names may be written in either of two ways (`run_id`, `runId`), numbers as text,
/// what is null is not set, and what is unknown does not matter.
struct Message: Sendable {
  private enum Source {
    case object(JSONValue)
    case query([String: [String]])
  }

  private let source: Source
  /// Where it stands in the request, such as `metrics[0].`; empty for the whole of it.
  private let place: String

  /// The body of a request; an empty one says nothing.
  init(body: [UInt8]) throws {
    guard !body.isEmpty else {
      self.init(query: [:])
      return
    }
    do {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      var value = try JSONValue(
        parsing: body.starts(with: mark) ? Array(body.dropFirst(mark.count)) : body)
      // Old clients encode it twice.
      if let inner = value.stringBytes { value = try JSONValue(parsing: inner) }
      switch value.kind {
      case .object: self.init(source: .object(value), place: "")
      case .null: self.init(query: [:])
      default: throw Refusal.invalid("The body of the request is JSON, but no object.")
      }
    } catch let error as JSONDocument.Malformed {
      throw Refusal.invalid(
        "The body of the request is no JSON: at byte \(error.offset), \(error.reason).")
    }
  }

  /// The parameters of a query.
  init(query: [String: [String]]) {
    self.init(source: .query(query), place: "")
  }

  private init(source: Source, place: String) {
    self.source = source
    self.place = place
  }

  /// The value of a member; nil if it is not set.
  func value(_ name: StaticString) throws -> JSONValue? {
    guard case .object(let object) = source else { return nil }
    let plain = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    var found: JSONValue?
    var isCamel = false
    _ = try object.forEachMember { member, value in
      guard value.kind != .null else { return }
      if member.elementsEqual(plain) {
        if found != nil && isCamel { throw Self.doubled(name) }
        found = value
      } else if Self.isCamel(member, plain) {
        if found != nil && !isCamel { throw Self.doubled(name) }
        (found, isCamel) = (value, true)
      }
    }
    return found
  }

  /// Whether a member is there, also if it is null.
  func has(_ name: String) throws -> Bool {
    guard case .object(let object) = source else { return false }
    var isThere = false
    _ = object.forEachMember { member, _ in
      if member.elementsEqual(name.utf8) { isThere = true }
    }
    return isThere
  }

  private static func doubled(_ name: StaticString) -> Refusal {
    .invalid("The parameter '\(name)' is set twice, under two spellings of its name.")
  }

  /// Whether `member` is `plain` without underscores, each letter after one being large.
  private static func isCamel(
    _ member: ArraySlice<UInt8>, _ plain: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard member.count < plain.count else { return false }
    var place = member.startIndex
    var raises = false
    for byte in plain {
      if byte == UInt8(ascii: "_") {
        raises = true
        continue
      }
      guard place < member.endIndex, member[place] == (raises ? byte & ~0x20 : byte) else {
        return false
      }
      raises = false
      place += 1
    }
    return place == member.endIndex
  }

  private func queryValues(_ name: StaticString) -> [String]? {
    guard case .query(let query) = source else { return nil }
    return query["\(name)"]
  }

  /// The refusal of a value of the wrong kind. Clients compare these words, with their two blanks.
  private func refused(_ value: JSONValue, _ name: StaticString) -> Refusal {
    refused(value.shown, value.pythonType, name)
  }

  private func refused(_ shown: String, _ type: String, _ name: StaticString) -> Refusal {
    .invalid(
      shown, for: "\(place)\(name)",
      hint:
        " Hint: Value was of type '\(type)'. See the API docs for more information about request"
        + " parameters.")
  }

  /// A text; nil if it is not set.
  func text(_ name: StaticString) throws -> String? {
    if let values = queryValues(name) { return values.first }
    guard let value = try value(name) else { return nil }
    guard let text = value.string else { throw refused(value, name) }
    return text
  }

  /// A text that must be there, and is not empty.
  func requiredText(_ name: StaticString) throws -> String {
    guard let text = try text(name), !text.isEmpty else { throw Refusal.missing("\(place)\(name)") }
    return text
  }

  /// The id of the run, which has two names.
  func runID() throws -> String {
    if let id = try text("run_id"), !id.isEmpty { return id }
    if let id = try text("run_uuid"), !id.isEmpty { return id }
    throw Refusal.missing("run_id")
  }

  /// A whole number; nil if it is not set.
  func integer(_ name: StaticString) throws -> Int64? {
    if let text = queryValues(name)?.first {
      guard let number = Int64(text) else { throw refused("\"\(text)\"", "str", name) }
      return number
    }
    guard let value = try value(name) else { return nil }
    guard let number = value.integer else { throw refused(value, name) }
    return number
  }

  /// A whole number that must be there.
  func requiredInteger(_ name: StaticString) throws -> Int64 {
    guard let number = try integer(name) else { throw Refusal.missing("\(place)\(name)") }
    return number
  }

  /// A number; nil if it is not set.
  func real(_ name: StaticString) throws -> Double? {
    guard let value = try value(name) else { return nil }
    guard !value.source.isEmpty || value.kind != .string else {
      throw Refusal.missing("\(place)\(name)")
    }
    guard let number = value.real else { throw refused(value, name) }
    return number
  }

  /// A number that must be there.
  func requiredReal(_ name: StaticString) throws -> Double {
    guard let number = try real(name) else { throw Refusal.missing("\(place)\(name)") }
    return number
  }

  /// Yes or no; nil if it is not set.
  func flag(_ name: StaticString) throws -> Bool? {
    if let text = queryValues(name)?.first {
      switch text.lowercased() {
      case "true": return true
      case "false": return false
      default: throw refused("\"\(text)\"", "str", name)
      }
    }
    guard let value = try value(name) else { return nil }
    switch value.kind {
    case .true: return true
    case .false: return false
    default: throw refused(value, name)
    }
  }

  /// Texts; none if they are not set.
  func texts(_ name: StaticString) throws -> [String] {
    if let values = queryValues(name) { return values }
    guard let value = try value(name) else { return [] }
    guard let elements = value.elements else { throw refused(value, name) }
    return try elements.map { element in
      guard let text = element.string else { throw refused(value, name) }
      return text
    }
  }

  /// A part that is a message of its own; nil if it is not set.
  func message(_ name: StaticString) throws -> Message? {
    guard let value = try value(name) else { return nil }
    guard value.kind == .object else { throw refused(value, name) }
    return Message(source: .object(value), place: "\(place)\(name).")
  }

  /// Parts that are messages of their own; none if they are not set.
  func messages(_ name: StaticString) throws -> [Message] {
    guard let value = try value(name) else { return [] }
    guard let elements = value.elements else { throw refused(value, name) }
    return try elements.enumerated().map { index, element in
      guard element.kind == .object else { throw refused(value, name) }
      return Message(source: .object(element), place: "\(place)\(name)[\(index)].")
    }
  }

  /// A word of `Choice`, by its name or its number; nil if it is not set.
  func choice<Choice: NumberedChoice>(_ name: StaticString) throws -> Choice? {
    if let text = queryValues(name)?.first {
      guard let choice = Choice(rawValue: text) ?? Int(text).flatMap(Choice.init(number:)) else {
        throw refused("\"\(text)\"", "str", name)
      }
      return choice
    }
    guard let value = try value(name) else { return nil }
    let choice =
      value.kind == .number
      ? value.integer.flatMap { Choice(number: Int(clamping: $0)) }
      : value.string.flatMap { Choice(rawValue: $0) }
    guard let choice else { throw refused(value, name) }
    return choice
  }
}

/// A word that protobuf counts from 1.
protocol NumberedChoice: RawRepresentable<String>, CaseIterable {}

extension NumberedChoice {
  init?(number: Int) {
    guard number > 0, let choice = Self.allCases.dropFirst(number - 1).first else { return nil }
    self = choice
  }
}

/// Which of the deleted and the present are meant.
enum ViewType: String, NumberedChoice {
  case activeOnly = "ACTIVE_ONLY"
  case deletedOnly = "DELETED_ONLY"
  case all = "ALL"
}

/// How a run stands, in MLflow's words.
enum RunState: String, NumberedChoice {
  case running = "RUNNING"
  case scheduled = "SCHEDULED"
  case finished = "FINISHED"
  case failed = "FAILED"
  case killed = "KILLED"
}
