import Foundation
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite struct SafetensorsTests {
  private let sample = SafetensorsFile(
    tensors: [
      SafetensorsTensor(
        name: "weight", shape: [2, 3], values: [1, -0.5, 0, 3e38, -0.0, .infinity]),
      SafetensorsTensor(name: "scalar", shape: [], values: [7]),
      SafetensorsTensor(name: "empty", shape: [0, 4], values: []),
      SafetensorsTensor(name: "an \"odd\" näme\n", shape: [1], values: [2]),
    ],
    metadata: ["epoch": "3", "note": "back\\slash, \u{1} and 🎈"])

  @Test func whatIsEncodedIsDecoded() throws {
    let bytes = sample.encoded()
    #expect(try SafetensorsFile(decoding: bytes) == sample)
    #expect(bytes == sample.encoded())
    #expect((bytes.count - 4 * 8) % 8 == 0)
    let nothing = SafetensorsFile(tensors: [])
    #expect(try SafetensorsFile(decoding: nothing.encoded()) == nothing)
  }

  @Test func aSliceOfOtherBytesIsDecoded() throws {
    let bytes = Data([1, 2, 3]) + sample.encoded()
    #expect(try SafetensorsFile(decoding: bytes.dropFirst(3)) == sample)
  }

  /// The bytes that Python's `safetensors.numpy.save` writes for the same tensors.
  @Test func theBytesArePythons() throws {
    let header =
      #"{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""w":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}"#
    let spaces = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let written = SafetensorsFile(tensors: [
      SafetensorsTensor(name: "b", shape: [1], values: [1]),
      SafetensorsTensor(name: "w", shape: [1, 2], values: [-2, 0.5]),
    ]).encoded()
    let data = Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F])
    #expect(written == safetensors(header + spaces) + data)
  }

  @Test func doublesAreRounded() throws {
    let values = [1.0 / 3, -2.5]
    let data = values.withUnsafeBytes { Data($0) }
    let bytes = safetensors(#"{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}"#) + data
    #expect(try SafetensorsFile(decoding: bytes).tensors[0].values == [1 / 3, -2.5])
  }

  @Test func tensorsKeepTheHeadersOrderWhateverTheDatas() throws {
    let header = """
       { "b" : {"data_offsets":[4,8], "shape":[1], "dtype":"F32"},
         "a" : {"dtype":"F32","shape":[1],"data_offsets":[0,4]} }
      """
    let decoded = try SafetensorsFile(decoding: safetensors(header, dataSize: 8))
    #expect(decoded.tensors.map(\.name) == ["b", "a"])
    #expect(decoded.tensors[1].values[0].bitPattern == 0x0302_0100)
  }

  @Test(
    arguments: [
      ("", 0, "expected “{” at byte 8"),
      ("[]", 0, "expected “{” at byte 8"),
      (#"{"a"}"#, 0, "expected “:” at byte 12"),
      (#"{"a":1}"#, 0, "expected “{” at byte 13"),
      (#"{"a"#, 0, "expected the end of a string at byte 11"),
      (#"{"\u12":{}}"#, 0, "expected a string of valid UTF-8 and escapes at byte 9"),
      ("{}x", 0, "expected nothing but spaces at byte 10"),
      (#"{"a":{}}"#, 0, #"tensor "a" has no dtype"#),
      (#"{"a":{"dtype":"F32","shape":[]}}"#, 0, #"tensor "a" has no data_offsets"#),
      (
        #"{"a":{"dtype":"F32","data_offsets":[0,0]}}"#, 0, #"tensor "a" has no shape"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
        "expected a whole number below 2⁶³ at byte 37"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, 4,
        "expected a whole number below 2⁶³ at byte 37"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4,
        "expected “]” at byte 38"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4,
        #"tensor "a" has the impossible shape [4294967296, 4294967296]"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4,
        "expected two offsets before here at byte 58"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}"#, 4,
        #""shape" occurs twice, again at byte 69"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4,
        #"tensor "a" is at data bytes 4 to 0, of which there are 4"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7,
        #"tensor "a" is at data bytes 0 to 8, of which there are 7"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
        #"tensor "a" has 4 bytes, its type and shape need 8"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 6,
        "data bytes 4 to 6 belong to no tensor"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
        #"tensor "a" starts at data byte 4, the one before it ends at 0"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
        #"tensor "b" starts at data byte 4, the one before it ends at 8"#
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
        #""a" occurs twice, again at byte 62"#
      ),
      (
        #"{"__metadata__":{},"__metadata__":{}}"#, 0,
        #""__metadata__" occurs twice, again at byte 27"#
      ),
      (#"{"__metadata__":{"a":1}}"#, 0, "expected “\"” at byte 29"),
    ])
  func malformedFilesAreErrors(header: String, dataSize: Int, problem: String) {
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(decoding: safetensors(header, dataSize: dataSize), name: "w.safetensors")
    }
    #expect(
      error?.localizedDescription == "w.safetensors is not a valid safetensors file: \(problem).")
    #expect(error?.recoverySuggestion?.isEmpty == false)
  }

  @Test func aLengthBeyondTheFileIsAnError() {
    let cases: [([UInt8], SafetensorsProblem)] = [
      ([1, 2, 3], .tooShort(size: 3)),
      ([3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], .headerTooLong(length: 3, size: 10)),
      ([UInt8](repeating: 255, count: 8), .headerTooLong(length: .max, size: 8)),
    ]
    for (bytes, problem) in cases {
      #expect(throws: SafetensorsError(file: "w", problem: problem)) {
        try SafetensorsFile(decoding: Data(bytes), name: "w")
      }
    }
  }

  @Test func filesAreReadByPath() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w.safetensors")
    try sample.encoded().write(to: URL(fileURLWithPath: path))
    #expect(try SafetensorsFile(contentsOf: path) == sample)
  }

  @Test func damagedFilesAreReadOrRefused() throws {
    let bytes = Array(sample.encoded())
    var failures = 0
    for seed: UInt64 in 0..<10_000 {
      var random = SeededGenerator(seed: seed)
      do {
        let decoded = try SafetensorsFile(decoding: Data(bytes.damaged(using: &random)))
        #expect(decoded.tensors.allSatisfy { $0.values.count <= 10 }, "seed \(seed)")
      } catch is SafetensorsError {
        failures += 1
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    #expect(failures > 1_000)
    #expect(try peakMemory() < mostMemory, "megabytes")
  }
}
