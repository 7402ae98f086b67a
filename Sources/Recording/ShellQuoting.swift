extension String {
  /// The word as a shell reads it back.
  package var shellQuoted: String {
    let plain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0) }
    return plain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
