import CCrypto
import Foundation

/// The hash function SHA-256 (FIPS 180-4), by which blobs are named: libcrypto's, of a message that
/// may come in pieces.
struct SHA256: ~Copyable {
  private let context: OpaquePointer

  init() {
    // Neither fails but for want of memory.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("There is no memory for a hash.")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in the next piece of the message.
  mutating func update(_ piece: some ContiguousBytes) {
    let code = piece.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(code == 1, "The hash is finished already.")
  }

  /// The hash of all pieces as 64 lower-case hexadecimal digits.
  consuming func hexadecimal() -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &bytes, nil) == 1, "The hash is finished already.")
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The hash of `data` as 64 lower-case hexadecimal digits.
  static func hexadecimal(_ data: Data) -> String {
    var hash = SHA256()
    hash.update(data)
    return hash.hexadecimal()
  }
}
