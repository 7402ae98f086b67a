/// The names of facts in a run's environment that this library looks at again.
enum RunFact {
  /// The epoch after which a run got another end, while its learning rate depended on the end.
  static let planChangedAfterEpoch = "plan.changed_after_epoch"
}
