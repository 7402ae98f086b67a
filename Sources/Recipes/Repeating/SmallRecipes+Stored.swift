extension AdalineOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    gate = try stored.choice("gate")
    weights = try stored.optionalNumbers("weights")
    learningRate = try stored.number("lr")
    epochs = try stored.count("epochs")
    seed = try stored.seed()
    guard weights.map({ $0.count == gate.inputCount + 1 }) ?? true else {
      throw stored.unusable("weights")
    }
    guard epochs > 0 else { throw stored.unusable("epochs") }
  }
}

extension MadalineOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    gate = try stored.choice("gate")
    if let hidden = try stored.optionalLists("hidden") {
      guard hidden.count == Self.hiddenCount,
        hidden.allSatisfy({ $0.count == gate.inputCount + 1 })
      else { throw stored.unusable("hidden") }
      guard let output = try stored.optionalNumbers("output"), output.count == hidden.count + 1
      else { throw stored.unusable("output") }
      weights = Weights(hidden: hidden, output: output)
    }
    learningRate = try stored.number("lr")
    epochs = try stored.count("epochs")
    seed = try stored.seed()
  }
}

extension LMSOptions {
  /// Reads back what `parameters` wrote: one rate, as each is a run of its own.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.optionalPath("data", placeholder: "generated")
    learningRates = [try stored.number("lr")]
    epochs = try stored.count("epochs")
    seed = try stored.seed()
    guard epochs > 0 else { throw stored.unusable("epochs") }
  }
}

extension BackpropOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.optionalPath("data", placeholder: "xor")
    outputs = try stored.count("outputs")
    hidden = try stored.count("hidden")
    learningRate = try stored.number("lr")
    epochs = try stored.count("epochs")
    seed = try stored.seed()
    checksOnly = try stored.flag("check")
    guard hidden > 0 else { throw stored.unusable("hidden") }
    guard epochs > 0 || checksOnly else { throw stored.unusable("epochs") }
  }
}

extension ConvolutionOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    input = try stored.optionalPath("input", placeholder: "report")
    kernel = try stored.optionalPath("kernel", placeholder: "report")
    stride = try stored.count("stride")
    padding = try stored.count("padding")
    guard stride > 0 else { throw stored.unusable("stride") }
  }
}
