import RunStore

/// Why a request is not done, as MLflow's clients read it.
///
/// Never a status that they try again for minutes, but for a file that others keep locked.
struct Refusal: Error, Equatable {
  /// The kinds of refusals that clients tell apart.
  enum Code: String {
    case invalidParameterValue = "INVALID_PARAMETER_VALUE"
    case resourceAlreadyExists = "RESOURCE_ALREADY_EXISTS"
    case resourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST"
    case badRequest = "BAD_REQUEST"
    case endpointNotFound = "ENDPOINT_NOT_FOUND"
    case invalidState = "INVALID_STATE"
    case internalError = "INTERNAL_ERROR"
    case notImplemented = "NOT_IMPLEMENTED"
    case unauthenticated = "UNAUTHENTICATED"
    case permissionDenied = "PERMISSION_DENIED"
    case requestTooLarge = "REQUEST_LIMIT_EXCEEDED"
    case temporarilyUnavailable = "TEMPORARILY_UNAVAILABLE"

    /// The status that goes with it.
    var status: Int {
      switch self {
      case .invalidParameterValue, .resourceAlreadyExists, .badRequest, .invalidState,
        .internalError:
        400
      case .unauthenticated: 401
      case .permissionDenied: 403
      case .resourceDoesNotExist, .endpointNotFound: 404
      case .requestTooLarge: 413
      case .notImplemented: 501
      case .temporarilyUnavailable: 503
      }
    }
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The usual refusal.
  static func invalid(_ message: String) -> Refusal { Refusal(.invalidParameterValue, message) }

  /// A required field is missing.
  static func missing(_ field: String) -> Refusal {
    .invalid(
      "Missing value for required parameter '\(field)'. See the API docs for more information about"
        + " request parameters.")
  }

  /// A field has a value that it cannot have.
  static func invalid(_ value: String, for field: String, hint: String = "") -> Refusal {
    .invalid(
      "Invalid value \(value) for parameter '\(field)' supplied\(hint.isEmpty ? "." : ": \(hint)")")
  }

  /// What goes wrong between this program and its file.
  init(_ error: RunStoreError) {
    switch error {
    case .busy:
      self.init(
        .temporarilyUnavailable,
        "\(error.localizedDescription) Try: \(error.recoverySuggestion ?? "")")
    case .interrupted:
      self.init(
        .invalidParameterValue,
        "The question took too long, and was ended. Ask for fewer results, or filter by less.")
    default:
      self.init(
        .internalError, "\(error.localizedDescription) Try: \(error.recoverySuggestion ?? "")")
    }
  }

  /// The body of the answer.
  var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("error_code", code.rawValue)
      writer.member("message", message)
    }
    return writer.bytes
  }
}
