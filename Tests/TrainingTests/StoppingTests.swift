import NeuralNet
import Testing
import Training

/// A training that is stopped and taken up again comes to the same bits.
@Suite struct StoppingTests {
  @Test(arguments: 1...28) func stoppingAnywhereChangesNothing(steps: Int) throws {
    let fixture = try TrainingFixture()
    var whole = fixture.start()
    var wholeLog = TrainingFixture.Log()
    #expect(try fixture.train(&whole, log: &wholeLog) == .finished)

    var state = fixture.start()
    var log = TrainingFixture.Log()
    let outcome = try fixture.train(&state, stopAfter: steps, log: &log)
    if outcome == .stopped {
      #expect(log.stops == [state])
      // What goes on has only what can be stored.
      var stored = TrainingState(
        parameters: state.parameters, velocity: state.velocity,
        progress: try TrainingProgress(json: state.progress.json()))
      #expect(try fixture.train(&stored, log: &log) == .finished)
      state = stored
    }
    #expect(state == whole)
    #expect(log.epochs.map(\.training) == wholeLog.epochs.map(\.training))
    #expect(log.epochs.map(\.validation) == wholeLog.epochs.map(\.validation))
    // Seven steps of 8 samples, the last of 2, make an epoch of 50; those before the stop were timed then.
    #expect(wholeLog.epochs.allSatisfy { $0.timedSampleCount == 50 })
    let done = outcome == .stopped ? steps % 7 * 8 : 0
    #expect(log.epochs.map(\.timedSampleCount).reduce(0, +) == 50 * log.epochs.count - done)
    #expect(log.gradients == wholeLog.gradients)
  }

  @Test(arguments: 1...28) func stoppingAnywhereChangesNoWarning(steps: Int) throws {
    var fixture = try TrainingFixture()
    fixture.options.batchSize = 2
    fixture.options.onDivergence = .continue
    fixture.options.learningRate = 0.5
    func start() -> TrainingState {
      var state = fixture.start()
      // Biases so far below zero that no input can lift a unit, and weights that soon are too large.
      for index in 24..<30 { state.parameters.values[index] = -100 }
      state.parameters.values[0] = 3e38
      return state
    }
    var whole = start()
    var wholeLog = TrainingFixture.Log()
    #expect(try fixture.train(&whole, log: &wholeLog) == .finished)
    #expect(wholeLog.warnings.count + wholeLog.divergences.count > 0)

    var state = start()
    var log = TrainingFixture.Log()
    if try fixture.train(&state, stopAfter: steps * 3, log: &log) == .stopped {
      state = TrainingState(
        parameters: state.parameters, velocity: state.velocity,
        progress: try TrainingProgress(json: state.progress.json()))
      #expect(try fixture.train(&state, log: &log) == .finished)
    }
    #expect(log.warnings == wholeLog.warnings)
    #expect(log.divergences.count == wholeLog.divergences.count)
  }

  @Test func aProgressOfAnEarlierVersionIsRead() throws {
    let progress = try TrainingFixture().start().progress
    let json = try progress.json().replacing(#/,"watch":.*}}}/#, with: "}")
    #expect(!json.contains("watch"))
    #expect(try TrainingProgress(json: json) == progress)
  }

  @Test func lossesThatNobodyRemembersAreRefused() throws {
    let json = try TrainingFixture().start().progress.json()
    for losses in [#"["NaN"]"#, "[\(Array(repeating: "1", count: 101).joined(separator: ","))]"] {
      let changed = json.replacing(#""recent":[]"#, with: "\"recent\":\(losses)")
      #expect(throws: DecodingError.self) { try TrainingProgress(json: changed) }
    }
  }

  @Test func aStopAfterTheLastBatchWaitsForTheEpoch() throws {
    let fixture = try TrainingFixture()
    var state = fixture.start()
    var log = TrainingFixture.Log()
    // 50 samples in batches of 8 are seven steps.
    #expect(try fixture.train(&state, stopAfter: 7, log: &log) == .stopped)
    #expect(log.epochs.count == 1 && state.progress.batchesDone == 0)
  }

  /// What is left of an epoch whose batches are all done is to look at the validation data.
  @Test func timesOfLayersAreThoseOfTheTrainingAlone() throws {
    let fixture = try TrainingFixture()
    var state = fixture.start()
    state.progress.step = 7
    state.progress.batchesDone = 7
    state.progress.partialLoss.count = 50
    var log = TrainingFixture.Log()
    try fixture.train(&state, log: &log)
    let first = try #require(log.epochs.first)
    #expect(first.layerTimes == [LayerTime(), LayerTime(), LayerTime()])
    #expect(first.timedSampleCount == 0)
    #expect(log.epochs[1].timedSampleCount == 50)
  }

  @Test func aProgressThatIsNotANumberIsKept() throws {
    var progress = try TrainingFixture().start().progress
    progress.partialLoss.lossSum = .nan
    progress.partialSeconds = .infinity
    let read = try TrainingProgress(json: progress.json())
    #expect(read.partialLoss.lossSum.isNaN && read.partialSeconds == .infinity)
  }
}
