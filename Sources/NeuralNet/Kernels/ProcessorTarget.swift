import CProcessor

/// The processor that the engine was compiled for.
public enum ProcessorTarget {
  /// The size of a vector register in bytes: 64 for AVX-512, 32 for AVX2, otherwise 16.
  public static let vectorBytes = Int(PROCESSOR_VECTOR_BYTES)

  /// Whether this processor can run the engine.
  public static var isHere: Bool { processor_has_vectors(Int32(PROCESSOR_VECTOR_BYTES)) != 0 }
}
