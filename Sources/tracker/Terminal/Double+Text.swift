import Foundation

extension Double {
  /// The number with so many digits after the point.
  func fixed(_ digits: Int) -> String {
    // Written out, because the system's function gives NaN a sign.
    isNaN ? "nan" : String(format: abs(self) < 1e6 ? "%.\(digits)f" : "%.\(digits)g", self)
  }

  /// The number without fraction, in groups of three digits.
  var grouped: String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let digits = String(Int(self.rounded()).magnitude)
    let groups = stride(from: digits.count, to: 0, by: -3).reversed().map { end in
      digits.prefix(end).suffix(end > 3 ? 3 : end)
    }
    return (self < 0 ? "-" : "") + groups.joined(separator: ",")
  }
}
