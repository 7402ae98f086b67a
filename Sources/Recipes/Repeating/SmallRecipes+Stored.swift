extension AdalineOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    gate = try stored.choice("gate")
    weights = try stored.optionalNumbers("weights")
    learningRate = try stored.number("lr")
    epochs = try stored.integer("epochs")
    seed = try stored.seed()
  }
}

extension MadalineOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    gate = try stored.choice("gate")
    let output = try stored.optionalNumbers("output")
    if let hidden = try stored.optionalLists("hidden") {
      weights = Weights(hidden: hidden, output: output ?? [])
    }
    learningRate = try stored.number("lr")
    epochs = try stored.integer("epochs")
    seed = try stored.seed()
  }
}

extension LMSOptions {
  /// Reads back what `parameters` wrote: one rate, as each is a run of its own.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.optionalPath("data", placeholder: "generated")
    learningRates = [try stored.number("lr")]
    epochs = try stored.integer("epochs")
    seed = try stored.seed()
  }
}

extension BackpropOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.optionalPath("data", placeholder: "xor")
    outputs = try stored.integer("outputs")
    hidden = try stored.integer("hidden")
    learningRate = try stored.number("lr")
    epochs = try stored.integer("epochs")
    seed = try stored.seed()
    checksOnly = try stored.flag("check")
  }
}

extension ConvolutionOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    input = try stored.optionalPath("input", placeholder: "report")
    kernel = try stored.optionalPath("kernel", placeholder: "report")
    padding = try stored.integer("padding")
    // Runs that are older than `shape_rule` had several strides only under that rule.
    if try stored.flag("shape_rule", absent: stored.isText("stride")) {
      tabulatedStrides = try stored.integers("stride")
    } else {
      stride = try stored.integer("stride")
    }
  }
}
