import Foundation
import RunStore

/// What runs of `tracker` have recorded in tables, as files: the layers, as a table that
/// `mlflow.artifacts.load_dict` reads, and the weights as safetensors.
extension Call {
  /// A file that is made when someone asks for it.
  struct RecordedFile {
    let name: String
    let byteCount: Int
    fileprivate let snapshot: Int?
  }

  private static let layersName = "layers.json"

  /// The files that a run has by its tables.
  func recordedFiles(of run: Int) throws -> [RecordedFile] {
    var files: [RecordedFile] = []
    if let layers = try layerTable(of: run) {
      files.append(RecordedFile(name: Self.layersName, byteCount: layers.count, snapshot: nil))
    }
    for (name, snapshot) in try snapshots(of: run) {
      let parts = try safetensors(of: snapshot)
      files.append(
        RecordedFile(
          name: name, byteCount: parts.reduce(0) { $0 + $1.byteCount }, snapshot: snapshot))
    }
    return files
  }

  /// The file of this name that a run has by its tables.
  func recordedFile(_ name: String, of run: Int) throws -> StoredFile? {
    if name == Self.layersName, let layers = try layerTable(of: run) {
      return StoredFile(name: name, mediaType: "application/json", parts: [.bytes(layers)])
    }
    for (other, snapshot) in try snapshots(of: run) where other == name {
      return StoredFile(
        name: name, mediaType: "application/octet-stream", parts: try safetensors(of: snapshot))
    }
    return nil
  }

  private func snapshots(of run: Int) throws -> [(name: String, id: Int)] {
    try db.rows(
      """
      SELECT id, kind, epoch, step,
        COUNT(*) OVER (PARTITION BY kind, epoch) AS alike
      FROM snapshots
      WHERE run_id = :run
      ORDER BY kind, epoch, step
      """, ["run": SQLValue(run)]
    ).map { row in
      let step = try row.integer("alike") > 1 ? "-step-\(row.integer("step"))" : ""
      return (
        "\(try row.text("kind"))/epoch-\(try row.integer("epoch"))\(step).safetensors",
        try row.integer("id")
      )
    }
  }

  /// The layers by column and row, as pandas writes a table with `orient="split"`.
  private func layerTable(of run: Int) throws -> [UInt8]? {
    let columns = [
      "position", "name", "kind", "input_shape", "output_shape", "weight_shape", "weight_count",
      "bias_count", "macs",
    ]
    var rows = 0
    var writer = JSONWriter()
    try writer.object { writer in
      writer.name("columns")
      writer.array { writer in
        for column in columns { writer.string(column) }
      }
      writer.name("data")
      try writer.array { writer in
        try db.forEachStep(
          """
          SELECT position, name, kind, input_shape, output_shape, weight_shape, weight_count,
            bias_count, macs
          FROM layers
          WHERE run_id = :run
          ORDER BY position
          """, ["run": SQLValue(run)]
        ) { row in
          rows += 1
          writer.array { writer in
            for column in Int32(0)..<Int32(columns.count) { writer.value(column: column, of: row) }
          }
        }
      }
    }
    return rows > 0 ? writer.bytes : nil
  }

  /// The tensors of a snapshot in the format of safetensors: the length of a header, the header, the bytes.
  private func safetensors(of snapshot: Int) throws -> [StoredFile.Part] {
    let types = [
      "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64",
      "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
    ]
    var parts: [StoredFile.Part] = []
    var offset = 0
    var writer = JSONWriter()
    try writer.object { writer in
      try db.forEachStep(
        """
        SELECT tensor.name, tensor.dtype, tensor.shape, tensor.blob_hash, blob.byte_count
        FROM tensors AS tensor
        JOIN blobs AS blob ON blob.hash = tensor.blob_hash
        WHERE tensor.snapshot_id = :snapshot
        ORDER BY tensor.name
        """, ["snapshot": SQLValue(snapshot)]
      ) { row in
        guard let name = row.value(at: 0).text,
          let type = row.value(at: 1).text.flatMap({ types[$0] }),
          let shape = row.value(at: 2).text, let hash = row.value(at: 3).text,
          let count = row.value(at: 4).integer
        else { return }
        writer.name(text: name)
        writer.object { writer in
          writer.member("dtype", type)
          writer.name("shape")
          writer.raw(shape)
          writer.name("data_offsets")
          writer.array { writer in
            writer.integer(Int64(offset))
            writer.integer(Int64(offset) + count)
          }
        }
        offset += Int(count)
        if count > 0 { parts.append(.blob(hash: hash, byteCount: Int(count))) }
      }
    }
    var header = writer.bytes
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    return [.bytes(length + header)] + parts
  }
}
