import GRDB

/// What is to be done with a run.
struct MergePlan {
  /// The run in the target.
  struct Here: Equatable {
    let run: Int
    /// The number of its last change when it was looked at.
    let change: Int
  }

  /// What prune may remove and both files have.
  enum Kept { case stays, isReplaced, goes }

  var outcome: MergedRun.Outcome
  /// nil if it is not there.
  var here: Here?
  var details: [String] = []
  /// Whether what was set and measured is that of the source.
  var takesContent = false
  /// Whether what people said is that of the source.
  var takesEdits = false
  /// Whether what prune may remove and only the source has comes, too.
  var takesKept = false
  var kept = Kept.stays

  /// Whether rows that the source vouches for come here.
  var takesRows: Bool { takesContent || takesKept }
  var changesSomething: Bool { takesRows || takesEdits }

  func merged(_ record: RunRecord) -> MergedRun {
    MergedRun(
      uuid: record.uuid, name: record.name, outcome: outcome, run: here?.run, details: details)
  }
}

extension RunMerging {
  /// What is to be done, unless someone is writing the run here.
  func plan(_ record: RunRecord) throws -> MergePlan {
    let plan = try planOfContents(record)
    let isBeingWritten = try plan.changesSomething && isAliveHere(plan)
    return isBeingWritten ? MergePlan(outcome: .running, here: plan.here) : plan
  }

  /// What the contents of the files ask for.
  private func planOfContents(_ record: RunRecord) throws -> MergePlan {
    let here = try self.here(record.uuid)
    guard !record.isAlive(seenFrom: machine, at: time) else {
      return MergePlan(outcome: .running, here: here)
    }
    guard let here else {
      return MergePlan(outcome: .added, takesContent: true, takesEdits: true, takesKept: true)
    }
    let comparison = try MergeComparison(ofRun: here.run, in: db, with: record.id, in: source)
    var plan = MergePlan(outcome: .present, here: here)
    if !comparison.content.isEmpty {
      switch comparison.longer ?? preference {
      case nil: return MergePlan(outcome: .conflict, here: here, details: comparison.content)
      case .this where comparison.longer == nil: return plan
      case .this: break
      case .other:
        plan.takesContent = true
        plan.takesKept = true
        plan.kept = comparison.longer == nil ? .goes : .isReplaced
        plan.details += comparison.content
      }
    }
    if !comparison.kept.isEmpty, plan.kept == .stays {
      switch comparison.longer ?? preference {
      case nil: return MergePlan(outcome: .conflict, here: here, details: comparison.kept)
      case .this: break
      case .other:
        plan.kept = .isReplaced
        plan.takesKept = true
        plan.details += comparison.kept
      }
    }
    if !comparison.lacking.isEmpty {
      plan.takesKept = true
      plan.details += comparison.lacking
    }
    if !comparison.edits.isEmpty {
      plan.takesEdits = (preference ?? comparison.newerEdits) == .other
      // If nobody knows who was last, this file stays as it is; that is said.
      if plan.takesEdits || (preference ?? comparison.newerEdits) == nil {
        plan.details += comparison.edits
      }
    }
    if plan.changesSomething {
      let isReplaced = plan.kept == .goes || (plan.kept == .isReplaced && comparison.longer == nil)
      plan.outcome = isReplaced ? .replaced : .updated
    }
    return plan
  }

  /// The run of this uuid in the target; nil for none.
  func here(_ uuid: String) throws -> MergePlan.Here? {
    try db.row("SELECT id, change FROM main.runs WHERE uuid = :uuid", ["uuid": .text(uuid)])
      .map { MergePlan.Here(run: try $0.integer("id"), change: try $0.integer("change")) }
  }

  private func isAliveHere(_ plan: MergePlan) throws -> Bool {
    guard let run = plan.here?.run else { return false }
    return try target.fetchRun(run, in: db).isAlive(seenFrom: machine, at: time)
  }
}
