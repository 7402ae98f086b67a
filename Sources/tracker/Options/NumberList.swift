import ArgumentParser
import Foundation

/// Finite numbers as one types them after an option: `-1.5,1,1`.
struct NumberList: ExpressibleByArgument, Equatable {
  let numbers: [Double]

  init(_ numbers: [Double]) {
    self.numbers = numbers
  }

  init?(argument: String) {
    var numbers: [Double] = []
    for field in argument.split(separator: ",", omittingEmptySubsequences: false) {
      // Decimal notation only: `Double` would also take hexadecimal numbers and `nan`.
      let text = field.trimmingCharacters(in: .whitespaces)
      guard let number = Double(text), number.isFinite,
        text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
      else { return nil }
      numbers.append(number)
    }
    self.numbers = numbers
  }

  var defaultValueDescription: String { numbers.map { "\($0)" }.joined(separator: ",") }
}

/// Whole numbers as one types them after an option: `120,84`.
struct WidthList: ExpressibleByArgument, Equatable {
  let widths: [Int]

  init(_ widths: [Int]) {
    self.widths = widths
  }

  init?(argument: String) {
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    let widths = fields.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard widths.count == fields.count else { return nil }
    self.widths = widths
  }

  var defaultValueDescription: String { widths.map(String.init).joined(separator: ",") }
}
