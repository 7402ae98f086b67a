import Reporting
import Testing

@testable import tracker

@Suite struct PlotOptionsTests {
  @Test(
    arguments: [
      ([:], .none), (["TERM": "dumb", "COLORTERM": "truecolor"], .none),
      (["TERM": "linux"], .eight),
      (["TERM": "xterm-256color"], .many), (["TERM": "xterm", "COLORTERM": "truecolor"], .many),
      (["TERM": "xterm-256color", "NO_COLOR": "1"], .none),
      (["TERM": "xterm-256color", "NO_COLOR": ""], .many),
    ] as [([String: String], PlotFormat.Colours)])
  func theTerminalSaysItsColours(environment: [String: String], colours: PlotFormat.Colours) {
    #expect(PlotFormat.Colours(in: environment) == colours)
  }
}
