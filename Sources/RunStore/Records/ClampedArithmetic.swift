/// Sums and products of stored numbers, which may be any: what is beyond 64 bits becomes the largest, or
/// the smallest, number of 64 bits.
extension Sequence<Int> {
  /// The sum, clamped after each term.
  package var clampedSum: Int {
    reduce(0) { sum, term in
      let (next, overflow) = sum.addingReportingOverflow(term)
      return overflow ? (term > 0 ? .max : .min) : next
    }
  }

  /// The product, clamped after each factor.
  package var clampedProduct: Int {
    reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? ((product > 0) == (factor > 0) ? .max : .min) : next
    }
  }
}
