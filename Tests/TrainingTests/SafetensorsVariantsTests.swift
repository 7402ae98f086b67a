import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

/// A file with this header, as it is, and `dataSize` bytes of data.
func safetensors(_ header: String, dataSize: Int = 0) -> Data {
  let length = UInt64(header.utf8.count).littleEndian
  return withUnsafeBytes(of: length) { Data($0) } + Data(header.utf8)
    + Data((0..<dataSize).map { UInt8(truncatingIfNeeded: $0) })
}

/// What other programs write is read, and what is no such file is called what it is.
@Suite struct SafetensorsVariantsTests {
  /// Bits and values of IEEE 754's binary16, the extremes among them, and of bfloat16.
  @Test func halvesAreExact() throws {
    let halves: [(UInt16, Float)] = [
      (0, 0), (0x8000, -0.0), (1, 0x1p-24), (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14),
      (0x3555, 0.333251953125), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65_504),
      (0x7C00, .infinity), (0xFC00, -.infinity),
    ]
    let data = halves.flatMap { [UInt8($0.0 & 0xFF), UInt8($0.0 >> 8)] }
    let header = #"{"x":{"dtype":"F16","shape":[11],"data_offsets":[0,22]}}"#
    let read = try SafetensorsFile(decoding: safetensors(header) + Data(data))
    #expect(read.tensors[0].values.map(\.bitPattern) == halves.map(\.1.bitPattern))
    #expect(read.convertedTypes == ["F16": 1])
    #expect(Float(half: 0x7E01).isNaN)

    let brain = #"{"x":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}"#
    let words = Data([0x80, 0x3F, 0x20, 0xC1, 1, 0])
    let values = try SafetensorsFile(decoding: safetensors(brain) + words).tensors[0].values
    #expect(values == [1, -10, 0x1p-133])
  }

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test func everyHalfIsSwifts() {
      for bits in UInt16.min...UInt16.max {
        let expected = Float(Float16(bitPattern: bits))
        let found = Float(half: bits)
        #expect(found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN, "\(bits)")
      }
    }
  #endif

  /// Headers that `safetensors` 0.8 reads.
  @Test(arguments: [
    #"{"__metadata__":null,"a":ENTRY}"#,
    #"{"__metadata__":{"x":"1","x":"2"},"a":ENTRY}"#,
    #"{"a":["F32",[1],[0,4]]}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"requires_grad":true}}"#,
    #"{"a":{"x":{"y":[1,null,-1.5e3,"\u0041",{}]},"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1,"x":[]}}"#,
    #"{"a":ENTRY,"b":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}"#,
    #"{"b":{"dtype":"F64","shape":[4611686018427387904,0],"data_offsets":[4,4]},"a":ENTRY}"#,
    " {\"a\":ENTRY}\n\t ",
  ])
  func headersThatTheReferenceReadsAreRead(header: String) throws {
    let entry = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    let bytes = safetensors(header.replacingOccurrences(of: "ENTRY", with: entry), dataSize: 4)
    let tensor = try SafetensorsFile(decoding: bytes).tensors.first { $0.name == "a" }
    #expect(tensor?.values.map(\.bitPattern) == [0x0302_0100])
  }

  @Test(arguments: [
    "01", "1.", ".5", "+1", "1e", "nul", "tru", "[1,]", "{1:2}", "1e999", "'x'", "",
  ])
  func unknownValuesMustBeJSON(value: String) {
    let header =
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":"# + value + "}}"
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(decoding: safetensors(header, dataSize: 4))
    }
  }

  @Test func nestingIsBounded() throws {
    func header(_ depth: Int) -> String {
      let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      return #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":"# + value + "}}"
    }
    _ = try SafetensorsFile(decoding: safetensors(header(120), dataSize: 4))
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(decoding: safetensors(header(100_000), dataSize: 4))
    }
  }

  @Test(arguments: ["BOOL", "U8", "I16", "U32", "I64", "C64", "F8_E4M3", "F4"])
  func typesThatAreNoFloatsAreRefusedByName(type: String) {
    let size = ["BOOL": 8, "U8": 8, "I16": 16, "U32": 32, "F8_E4M3": 8, "F4": 4][type] ?? 64
    let header = #"{"a":{"dtype":"\#(type)","shape":[8],"data_offsets":[0,\#(size)]}}"#
    let error = #expect(
      throws: SafetensorsError(file: "w", problem: .unsupportedType(type, tensor: "a"))
    ) { try SafetensorsFile(decoding: safetensors(header, dataSize: size), name: "w") }
    // The file is right, and other programs read it.
    #expect(
      error?.localizedDescription
        == "w cannot be read: tensor \"a\" has type \"\(type)\", and only F32, F64, F16 and BF16 are read."
    )
  }

  private static let otherFiles: [([UInt8], FileKind)] = [
    (Array("version https://git-lfs.github.com/spec/v1\n".utf8), .gitLFSPointer),
    (Array("<!DOCTYPE html><html>".utf8), .webPage), (Array("Not Found".utf8), .text),
    (Array("404".utf8), .text), (Array(#"{"error":"not found"}"#.utf8), .json),
    ([0x80, 2, 0x7D, 0x71, 0] + [UInt8](repeating: 0, count: 200), .pickle),
    (Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 500), .zip),
    ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], .gzip),
    ([0x89, 0x48, 0x44, 0x46, 13, 10, 0x1A, 10, 0], .hdf5),
    ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0], .numpy),
  ]

  @Test(arguments: otherFiles)
  func otherFilesAreCalledWhatTheyAre(bytes: [UInt8], kind: FileKind) {
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(decoding: Data(bytes), name: "w")
    }
    #expect(error?.problem == .otherFile(kind))
    #expect(error?.localizedDescription == "w is not a valid safetensors file: it is \(kind).")
  }

  /// Neither the header nor the data are read on a claim alone.
  @Test func aFileOfAnySizeTakesNoMemory() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w.safetensors")
    let size = 1 << 40
    let header = #"{"a":{"dtype":"F32","shape":[\#(size / 4)],"data_offsets":[0,\#(size)]}}"#
    try safetensors(header).write(to: URL(fileURLWithPath: path))
    let huge = open(path, O_WRONLY)
    defer { close(huge) }
    try #require(ftruncate(huge, size + 8 + header.utf8.count) == 0)
    struct Refused: Error {}
    #expect(throws: Refused.self) {
      try SafetensorsFile(contentsOf: path) { shapes in
        #expect(shapes.map(\.shape) == [[size / 4]])
        throw Refused()
      }
    }
    var length = UInt64(1 << 30).littleEndian
    pwrite(huge, &length, 8, 0)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: path) }
    #expect(error?.problem == .headerBeyondLimit(length: 1 << 30, limit: 32 << 20))
    #expect(try peakMemory() < mostMemory, "megabytes")
  }
}
