/// Memory for scalars or vectors, zero at first, that lives as long as this object.
///
/// It starts at a multiple of 64 bytes, the size of a cache line and of the widest register.
final class AlignedBuffer<Element> {
  let base: UnsafeMutablePointer<Element>

  init(repeating value: Element, count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    base = bytes.initializeMemory(as: Element.self, repeating: value, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
