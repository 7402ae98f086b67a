import Foundation
import Testing

@testable import Training
@testable import tracker

@Suite struct ProgressTests {
  @Test func theBarShowsHowFarItIs() {
    let step = TrainingStep(
      step: 579, epoch: 2, batch: 110, batchCount: 469, loss: 0.68821, samples: 14_080,
      seconds: 0.5)
    #expect(
      ProgressBar(step: step, epochs: 10).text(columns: 80)
        == "epoch 2/10 ████░░░░░░░░░░░░░░░ 110/469  loss 0.6882  28,160 images/s  0:19 left")
  }

  @Test(arguments: 1...200)
  func theBarIsShorterThanTheTerminal(columns: Int) {
    for (epochs, loss, seconds) in [
      (1, 0.5, 1.0), (.max, 1e30, 1e9), (10, .nan, 0), (7, .infinity, 1e-300),
    ] {
      let step = TrainingStep(
        step: 1, epoch: 1, batch: 1, batchCount: 9, loss: loss, samples: 128, seconds: seconds)
      #expect(ProgressBar(step: step, epochs: epochs).text(columns: columns).count < columns)
    }
  }

  @Test(arguments: [
    (0.0, "0"), (999.4, "999"), (999.6, "1,000"), (-1234, "-1,234"), (1_234_567, "1,234,567"),
    (.infinity, "inf"), (.nan, "nan"),
  ])
  func largeNumbersAreGrouped(number: Double, text: String) {
    #expect(number.grouped == text)
  }

  @Test func anOutputErrorNamesTheSystemsReason() {
    let error = OutputError(
      place: "x", cause: NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC)))
    #expect(error.localizedDescription == "Cannot write to x: No space left on device.")
    #expect(error.code == ENOSPC)
  }
}
