import Datasets
import Launcher
import NeuralNet
import Recipes
import Reporting
import RunStore
import Serving
import Training

/// An error that says what is wrong and what to do about it.
protocol HintedError: Error {
  /// What is wrong, naming the thing and the place.
  var message: String { get }
  /// What else there is to say, a line each.
  var details: [String] { get }
  /// The next step.
  var hint: String { get }
}

extension HintedError {
  var details: [String] { [] }
}

extension RunStoreError: HintedError {}
extension RunSearchError: HintedError {}
extension ComparisonError: HintedError {}
extension GnuplotError: HintedError {}
extension FigureError: HintedError {}
extension DatasetError: HintedError {}
extension FileAccessError: HintedError {}
extension CSVError: HintedError {}
extension SafetensorsError: HintedError {}
extension NetworkError: HintedError {}
extension RecipeError: HintedError {}
extension InvalidOption: HintedError {}
extension ReplayError: HintedError {}
extension RunInterruption: HintedError {}
extension ServingError: HintedError {}
extension LaunchError: HintedError {}
extension Divergence: HintedError {}

/// Tells a person what went wrong.
func report(_ error: any HintedError) {
  Console.tell(["Error: \(error.message)"] + error.details + ["Try: \(error.hint)"])
}
