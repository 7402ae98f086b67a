import RunStore
import TestSupport
import Testing

@Suite struct MetricGoalTests {
  /// Names as people give them, and what is better.
  static let usual: KeyValuePairs<String, MetricGoal?> = [
    "val/loss": .minimum, "eval/perplexity": .minimum, "test-WER": .minimum, "RMSE": .minimum,
    "train.nll": .minimum, "val/accuracy_loss": .minimum, "seconds": .minimum,
    "step_time_ms": .minimum, "error_rate": .minimum, "neg_log_likelihood": .minimum,
    "mae2": .minimum, "brier_score": .minimum, "p95 latency": .minimum,
    "best/r2": .maximum, "acc": .maximum, "train/acc1": .maximum, "Accuracy": .maximum,
    "F1-score": .maximum, "mAP50": .maximum, "hits@10": .maximum, "bleu4": .maximum,
    "images_per_second": .maximum, "tokens/sec": .maximum, "test_top5": .maximum,
    "log_likelihood": .maximum, "ndcg@5": .maximum, "episode_return": .maximum,
    "cohen_kappa": .maximum, "val/mIoU": .maximum, "neg_mean_squared_error": .maximum,
    "grad_norm": nil, "learning_rate": nil, "epoch": nil, "x": nil, "reclaimed": nil, "lossy": nil,
    "é": nil, "//": nil, "17": nil,
  ]

  @Test func theUsualWordsSayWhatIsBetter() throws {
    let fixture = try StoreFixture()
    try fixture.record(Self.usual.map { MetricPoint(name: $0.key, step: 1, value: 1) })
    for (name, goal) in Self.usual {
      #expect(try fixture.database.goal(ofMetric: name) == goal, "\(name)")
    }
  }

  /// Names that MLflow, Lightning, Keras, Hugging Face, timm, YOLO, scikit-learn, XGBoost, LightGBM and the
  /// libraries of reinforcement learning give.
  static let logged: [(goal: MetricGoal?, names: [String])] = [
    (
      .minimum,
      [
        "loss", "val_loss", "train/loss", "eval/loss", "top_5_error", "val/top-1-err",
        "exact_match_error", "hit_rate_loss", "log_likelihood_loss", "pr_auc_loss",
        "errors_per_second", "val/accuracy_loss", "top1_err", "train/box_loss", "val/cls_loss",
        "val/dfl_loss", "train/value_loss", "train/entropy_loss", "train/policy_gradient_loss",
        "losses/value_loss", "losses/policy_loss", "binary_crossentropy",
        "val_sparse_categorical_crossentropy", "cross_entropy", "mean_squared_error",
        "val_mean_absolute_error", "validation_0-logloss", "train-mlogloss", "eval-merror",
        "test-rmse", "test-mphe", "valid_0-binary_logloss", "valid_0-binary_error", "multi_logloss",
        "aft-nloglik", "poisson-nloglik", "tweedie-deviance", "max_error", "hamming_loss",
        "zero_one_loss", "brier_score_loss", "davies_bouldin_score", "eval_perplexity", "eval_wer",
        "eval_cer", "bits_per_byte", "fid", "lpips", "train_runtime", "eval_runtime",
        "epoch/seconds", "step_time", "time/time_elapsed", "data_time_ms", "s/it", "sec/batch",
        "seconds_per_step", "ms/step", "validation/log_loss", "neg_log_likelihood", "nll_loss",
        "dice_loss", "iou_loss", "giou_loss", "reward_loss", "recall_error", "val_losses",
        "word_error_rate", "false_positive_rate", "G_loss", "generator/adversarial_loss", "kl_loss",
        "RMSE", "p99_latency",
      ]
    ),
    (
      .maximum,
      [
        "accuracy", "val_accuracy", "val_acc", "val/acc1", "eval_top1", "eval_top5",
        "top_k_categorical_accuracy", "sparse_categorical_accuracy", "balanced_accuracy",
        "rewards/accuracies", "rewards/chosen", "rewards/margins", "auc", "roc_auc_ovr",
        "validation-aucpr", "auc_mu", "average_precision", "precision", "recall", "f1_macro",
        "eval_f1", "eval_exact_match", "eval_matthews_correlation", "matthews_corrcoef",
        "eval_pearsonr", "spearmanr", "eval_rouge1", "eval_rougeL", "eval_rougeLsum", "sacrebleu",
        "bleu", "metrics/mAP50(B)", "metrics/mAP50-95(B)", "metrics/mAP_0.5:0.95",
        "metrics/precision(B)", "metrics/recall(M)", "fitness", "mean_io_u", "val/mIoU", "dice",
        "psnr", "ssim", "ndcg@10", "hits@10", "mrr", "r2", "r2_score", "explained_variance",
        "train/explained_variance", "losses/explained_variance", "silhouette_score",
        "calinski_harabasz_score", "adjusted_rand_score", "neg_mean_squared_error",
        "neg_root_mean_squared_error", "neg_log_loss", "neg_mean_squared_log_error",
        "neg_mean_gamma_deviance", "d2_absolute_error_score", "rollout/ep_rew_mean",
        "episode_reward_mean", "charts/episodic_return", "charts/SPS", "time/fps", "episode_return",
        "win_rate", "success_rate", "elo", "log_likelihood", "elbo", "img/s", "imgs/sec", "it/sec",
        "it/s", "iter/s", "tok/s", "frames/s", "req/s", "rows/s", "MB/s", "batches/s", "updates/s",
        "epochs/s", "tokens/second", "samples/second", "steps/sec", "train_samples_per_second",
        "eval_steps_per_second", "tokens_per_sec", "tokens/sec/gpu", "throughput",
      ]
    ),
    (
      nil,
      [
        "learning_rate", "lr", "lr-Adam/pg1", "lr/pg0", "epoch", "step", "grad_norm",
        "gradient_norm", "total_flos", "num_input_tokens_seen", "loss_scale", "loss_weight",
        "score_threshold", "rollout/ep_len_mean", "train/std", "train/n_updates", "train/approx_kl",
        "train/clip_fraction", "train/clip_range", "time/total_timesteps", "time/iterations",
        "time/episodes", "losses/entropy", "losses/approx_kl", "losses/clipfrac",
        "episode_len_mean", "objective/kl", "logps/chosen", "logits/rejected", "rewards/rejected",
        "eval_gen_len", "entropy", "temperature", "weight_decay", "momentum", "batch_size", "beta",
        "l2_norm", "system/cpu_utilization_percentage", "system/gpu_0_memory_usage_megabytes",
        "val/accuracy_std", "layer/conv1/dead_fraction", "exploration_rate", "reclaimed", "lossy",
      ]
    ),
  ]

  @Test(arguments: logged.indices) func theNamesOfOtherProgramsAreKnown(group: Int) throws {
    let fixture = try StoreFixture()
    let (goal, names) = Self.logged[group]
    try fixture.record(names.map { MetricPoint(name: $0, step: 1, value: 1) })
    for name in names {
      #expect(try fixture.database.goal(ofMetric: name) == goal, "\(name)")
    }
  }

  @Test func ratesHaveTheirUnit() throws {
    let fixture = try StoreFixture()
    let units = ["img/s": "1/s", "steps_per_second": "1/s", "MiB/s": "MiB/s", "epoch/seconds": "s"]
    try fixture.record(units.keys.map { MetricPoint(name: $0, step: 1, value: 1) })
    for (name, unit) in units {
      #expect(
        try fixture.rows("SELECT unit FROM metric_names WHERE name = :name", ["name": .text(name)])
          == [[.text(unit)]], "\(name)")
    }
  }

  @Test func lossErrorAndErrWinAmongTheWordsOfPeopleToo() throws {
    let fixture = try StoreFixture()
    try fixture.record(["my_hit_rate_loss"].map { MetricPoint(name: $0, step: 1, value: 1) })
    _ = try fixture.database.setGoal(.maximum, ofMetric: "hit rate", isWord: true)
    _ = try fixture.database.setGoal(.minimum, ofMetric: "loss", isWord: true)
    #expect(try fixture.database.goal(ofMetric: "my_hit_rate_loss") == .minimum)
  }

  /// As the trigger parts names: all beyond ASCII belongs to a word, and stays as it is.
  @Test(arguments: ["B / C": "b_c", "É·à": "É·à", "--": "", "Top-5_Err!": "top_5_err", "": ""])
  func aWordOfPeopleIsPartedAsNamesAre(text: String, word: String) throws {
    #expect(RunDatabase.words(of: text) == word)
    guard !word.isEmpty else { return }
    let fixture = try StoreFixture()
    try fixture.record([MetricPoint(name: "x/" + text, step: 1, value: 1)])
    _ = try fixture.database.setGoal(.minimum, ofMetric: text, isWord: true)
    #expect(try fixture.database.goal(ofMetric: "x/" + text) == .minimum)
  }

  @Test func whatPeopleSayOfANameWinsThenOfAWordThenTheUsualWords() throws {
    let fixture = try StoreFixture()
    try fixture.record(
      ["val/loss", "train/loss", "rate", "x"].map { MetricPoint(name: $0, step: 1, value: 1) })
    let database = fixture.database
    #expect(
      try database.setGoal(.maximum, ofMetric: "loss", isWord: true) == ["train/loss", "val/loss"])
    #expect(try database.setGoal(.minimum, ofMetric: "val/loss") == ["val/loss"])
    #expect(try database.setGoal(.maximum, ofMetric: "x") == ["x"])
    try fixture.record([MetricPoint(name: "test/loss", step: 1, value: 1)])
    #expect(try database.goal(ofMetric: "test/loss") == .maximum)
    #expect(try database.goal(ofMetric: "val/loss") == .minimum)
    #expect(
      try database.setGoal(nil, ofMetric: "loss", isWord: true) == ["test/loss", "train/loss"])
    #expect(try database.goal(ofMetric: "test/loss") == .minimum)
    #expect(try database.goal(ofMetric: "rate") == nil)
  }

  @Test func theRuleOfMostWordsWins() throws {
    let fixture = try StoreFixture()
    try fixture.record(
      ["steps_per_second", "a/b/c"].map { MetricPoint(name: $0, step: 1, value: 1) })
    #expect(try fixture.database.goal(ofMetric: "steps_per_second") == .maximum)
    _ = try fixture.database.setGoal(.minimum, ofMetric: "b", isWord: true)
    _ = try fixture.database.setGoal(.maximum, ofMetric: "B / C", isWord: true)
    #expect(try fixture.database.goal(ofMetric: "a/b/c") == .maximum)
  }

  /// Would take many minutes if each new name cost a look at all the others.
  @Test(.slow) func thousandsOfNewNamesAreMetOneByOne() throws {
    let fixture = try StoreFixture()
    try fixture.record((0..<5000).map { MetricPoint(name: "layer\($0)/loss", step: 1, value: 1) })
    #expect(
      try fixture.rows("SELECT COUNT(*) FROM metric_names WHERE goal = 'min'") == [[.integer(5000)]]
    )
  }

  @Test func aNameIsForgottenWithItsLastSeriesAndMetAnewWhenRenamed() throws {
    let fixture = try StoreFixture()
    try fixture.record([MetricPoint(name: "a/loss", step: 1, value: 1)])
    try fixture.execute("UPDATE metric_series SET name = 'acc' WHERE name = 'a/loss'")
    #expect(
      try fixture.rows("SELECT name, goal FROM metric_names") == [[.text("acc"), .text("max")]])
    try fixture.execute("DELETE FROM metric_series")
    #expect(try fixture.rows("SELECT name FROM metric_names").isEmpty)
  }

  @Test(arguments: [
    ("INSERT OR REPLACE INTO metric_series (id, run_id, name) VALUES (2, 1, 'new')", "both new"),
    (
      "INSERT OR REPLACE INTO metric_series (id, run_id, name) VALUES (1, 1, 'new')", "both new one"
    ),
    ("INSERT OR REPLACE INTO metric_series (id, run_id, name) VALUES (1, 2, 'both')", "both one"),
    ("INSERT OR IGNORE INTO metric_series (id, run_id, name) VALUES (2, 1, 'new')", "both one"),
    ("UPDATE OR REPLACE metric_series SET id = 2 WHERE id = 3", "both"),
    ("UPDATE OR REPLACE metric_series SET name = 'one' WHERE id = 1", "both one"),
    ("DELETE FROM runs WHERE id = 1", "both"),
    ("INSERT OR REPLACE INTO runs (id) VALUES (1)", "both"),
  ])
  func aNameIsForgottenWhateverTakesThePlaceOfItsSeries(sql: String, left: String) throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (id) VALUES (2);
      INSERT INTO metric_series (id, run_id, name) VALUES (1, 1, 'both'), (2, 1, 'one'), (3, 2, 'both');
      PRAGMA foreign_keys = ON;
      \(sql);
      """)
    #expect(
      try fixture.rows("SELECT group_concat(name, ' ') FROM metric_names") == [[.text(left)]])
  }
}
