// Feeds what libFuzzer thinks up to the readers of data files, and of what people write. In the
// project's folder:
//
//   TRACKER_FUZZING=1 swift build --sanitize fuzzer --sanitize address \
//     -Xswiftc -sanitize=fuzzer,address --scratch-path .build/fuzzing --product fuzz-readers
//   READER=csv .build/fuzzing/debug/fuzz-readers -max_total_time=180 -rss_limit_mb=600 CORPUS
//
// READER is csv, idx, gzip, cifar, safetensors, kind, state (of a checkpoint), query (its header),
// selector (of a run) or condition (of --where); CORPUS a folder with a few small files of that kind. A
// reader must read or refuse every file: a trap, an access out of bounds, a hang and too much memory
// are faults, and libFuzzer then keeps the file.

import Foundation

@testable import Datasets
@testable import RunStore
@testable import Training

/// Where the file lies, in memory, that readers open by its path.
private let folder = "/dev/shm/fuzz-readers-\(getpid())"
private let path = folder + "/data_batch_1.bin"
private let reader = ProcessInfo.processInfo.environment["READER"] ?? "csv"

@_cdecl("LLVMFuzzerInitialize")
public func prepare(_ count: UnsafePointer<CInt>, _ arguments: UnsafeRawPointer) -> CInt {
  mkdir(folder, 0o700)
  write([UInt8](repeating: 0, count: 3_073), to: folder + "/test_batch.bin")
  atexit {
    for name in ["/data_batch_1.bin", "/test_batch.bin"] { unlink(folder + name) }
    rmdir(folder)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func feed(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    try read(bytes)
  } catch is CSVError {
  } catch is DatasetError {
  } catch is SafetensorsError {
  } catch is DecodingError {
  } catch is RunStoreError {
  } catch is RunSearchError {
  } catch {
    preconditionFailure("An error that names no place: \(error)")
  }
  return 0
}

private func read(_ bytes: [UInt8]) throws {
  switch reader {
  case "csv":
    let table = try CSVTable(decoding: bytes, name: "t.csv")
    precondition(table.rows.allSatisfy { $0.count == table.columnCount })
    precondition(table.rows.joined().allSatisfy(\.isFinite))
  case "idx":
    write(bytes, to: path)
    let labels = try? IDXFile(path: path, itemShape: [], keeping: nil)
    precondition(labels.map { $0.bytes.count == $0.count } ?? true)
    let images = try IDXFile(path: path, itemShape: [28, 28], keeping: 3)
    precondition(images.bytes.count == min(images.count, 3) * 784)
  case "gzip":
    write(bytes, to: path)
    var content: [UInt8] = []
    _ = try GzipSource(FileSource(path: path)).read(1 << 24, appendingTo: &content)
  case "cifar":
    write(bytes, to: path)
    let images = try ImageDataset.cifar10(in: folder).training
    precondition(images.count == bytes.count / 3_073 && images.labels.allSatisfy { $0 < 10 })
  case "safetensors":
    write(bytes, to: path)
    let file = try SafetensorsFile(contentsOf: path)
    let again = try SafetensorsFile(decoding: file.encoded())
    precondition(again.tensors.map(\.name) == file.tensors.map(\.name))
    precondition(again.metadata == file.metadata)
  case "state":
    let progress = try TrainingProgress(json: String(decoding: bytes, as: UTF8.self))
    let text = try progress.json()
    let again = try TrainingProgress(json: text).json()
    precondition(again == text)
  case "query":
    _ = try SavedQuery(name: "q", sql: String(decoding: bytes, as: UTF8.self))
  case "selector":
    let selector = try RunSelector(String(decoding: bytes, as: UTF8.self))
    if case .number(let epoch) = selector.epoch { precondition(epoch >= 0) }
  case "condition":
    _ = try ConditionScanner(String(decoding: bytes, as: UTF8.self))
  default:
    _ = FileKind(start: bytes)
  }
}

private func write(_ bytes: [UInt8], to path: String) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  Foundation.write(file, bytes, bytes.count)
  close(file)
}
