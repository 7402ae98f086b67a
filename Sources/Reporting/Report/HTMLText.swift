import RunStore

/// The spelling of HTML.
enum HTMLText {
  /// `text` so that it stands as it is, in an element or a quoted attribute.
  static func escaping(_ text: String) -> String {
    VisibleText.escaping(text).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// `text` escaped, with places in long words where a line may end.
  private static func breaking(_ text: String) -> String {
    guard text.count > longestWord else { return escaping(text) }
    return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard word.count > longestWord else { return escaping(String(word)) }
      var (pieces, length) = ([""], 0)
      for character in word {
        if length >= longestWord || length > 3 && "/_-.:,=".contains(pieces.last?.last ?? " ") {
          pieces.append("")
          length = 0
        }
        pieces[pieces.count - 1].append(character)
        length += 1
      }
      return pieces.map(escaping).joined(separator: "<wbr>")
    }.joined(separator: " ")
  }

  /// The most characters that stay together in a narrow column.
  private static let longestWord = 12

  /// A table with its caption; columns of numbers stand to the right.
  static func table(_ table: Table, caption: String) -> String {
    let isNumeric = table.columns.indices.map { column in
      if table.columns[column].alignment == .right { return true }
      let values = table.rows.map { $0[column] }.filter { $0 != .null }
      return !values.isEmpty && values.allSatisfy { $0.real != nil }
    }
    func cells(_ texts: [String], _ tag: String) -> String {
      zip(texts, isNumeric).map { text, isNumeric in
        let look =
          isNumeric ? " class=\"number\"" : text.count > longestWord ? " class=\"long\"" : ""
        return "<\(tag)\(look)>\(breaking(text))</\(tag)>"
      }.joined()
    }
    let rows = table.rows.map { "<tr>\(cells($0.map(PlainStyle.text), "td"))</tr>\n" }.joined()
    // The names of a matrix's columns are empty.
    let names = table.columns.map(\.name)
    let head =
      names.allSatisfy(\.isEmpty) ? "" : "<thead><tr>\(cells(names, "th"))</tr></thead>\n"
    return """
      <div class="scroll"><table>
      <caption>\(escaping(caption))</caption>
      \(head)<tbody>
      \(rows)</tbody></table></div>

      """
  }

  /// A drawing for a page that holds others: without what only a file needs, and with names of its own.
  static func inline(svg: String, number: Int) -> String {
    guard let start = svg.firstRange(of: "<svg") else { return "" }
    // Gnuplot's numbers of its curves would be shown wherever the mouse rests.
    let drawing = svg[start.lowerBound...].replacing(#/<title>[^<]*<\/title>/#, with: "")
    // Only within tags: text that looks alike stays as it is.
    return String(drawing).replacing(#/<[^>]*>/#) { tag in
      String(tag.output)
        .replacing(#/\bid=(["'])/#) { "id=\($0.1)f\(number)-" }
        .replacing(#/href=(["'])#/#) { "href=\($0.1)#f\(number)-" }
        .replacing("url(#", with: "url(#f\(number)-")
    }
  }
}
