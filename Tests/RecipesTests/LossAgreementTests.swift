import Testing

@testable import Recipes

/// The losses of the first hundred steps decide, the later ones are told.
@Suite struct LossAgreementTests {
  /// Losses of 1, but for some steps.
  private func agreement(_ changed: [Int: Double], steps: Int = 150) -> LossAgreement {
    let stored = Dictionary(uniqueKeysWithValues: (1...steps).map { ($0, 1.0) })
    return LossAgreement(
      stored: stored, repeated: stored.merging(changed) { _, new in new }, storedRevision: 1)
  }

  @Test func theFirstHundredStepsDecide() {
    #expect(agreement([100: 1 + 0.9e-5]).agrees)
    #expect(!agreement([100: 1 + 1.1e-5]).agrees)
    #expect(agreement([101: 2]).agrees)
    #expect(!agreement([3: .nan]).agrees)
    #expect(agreement([100: 1 + 0.9e-5]).largest?.step == 100)
  }

  @Test func laterStepsAreTold() {
    let drifted = agreement([120: 1 + 5e-6, 130: 1.25, 140: 1.001])
    #expect(drifted.largestLater == .init(step: 130, relative: 0.2))
    #expect(drifted.firstLaterAbove == 130)
    #expect(agreement([120: 1 + 5e-6]).firstLaterAbove == nil)
    #expect(agreement([:], steps: 100).largestLater == nil)
  }

  @Test func whereNoLossIsAmongThemTheNextOneDecides() {
    let epochs = [938: 1.0, 1_876: 1.0]
    let close = LossAgreement(
      stored: epochs, repeated: [938: 1, 1_876: 2], storedRevision: 1)
    #expect(close.agrees && close.firstLaterAbove == 1_876)
    let part = LossAgreement(
      stored: epochs, repeated: [938: 2, 1_876: 1], after: 938, storedRevision: 1)
    #expect(part.agrees && part.largestLater == nil)
    #expect(!LossAgreement(stored: epochs, repeated: [938: 2], storedRevision: 1).agrees)
  }

  @Test func nothingToCompareIsNoAgreement() {
    #expect(!LossAgreement(stored: [:], repeated: [1: 1], storedRevision: 1).agrees)
    let nan = LossAgreement(stored: [1: .nan], repeated: [1: .nan], storedRevision: 1)
    #expect(nan.agrees)
  }
}
