import Reporting
import RunStore
import TestSupport
import Testing

@Suite struct RunSearchTests {
  /// Runs 1 to 3 have rate 0.01, 4 to 6 rate 0.1, 7 to 9 rate 0.5; 10 diverges; 11 has no loss.
  @Test(
    arguments: [
      (nil, [4, 5, 6, 7, 8, 9, 1, 2, 3, 10, 11]),
      ("lr < 0.1 AND recipe = 'lenet'", [1, 2, 3]),
      ("\"val/loss\" < 0.45 AND recipe = 'lenet'", [4, 5, 10]),
      ("\"final:val/loss\" < 0.45", [4]),
      ("\"best:val/accuracy\" > 0.6", [4, 5, 6, 10]),
      ("lr IN (0.01, 0.5) AND seed = 2 OR id = 11", [8, 2, 11]),
      ("recipe LIKE 'l%s'", [11]),
      ("baseline", [4, 7, 1]),
      ("\"tag:note\" = 'it''s \"quoted\"'", [11]),
      ("\"param:lr\" IS NOT NULL AND NOT baseline IS NULL", [4, 7, 1]),
      ("id IN (SELECT run_id FROM params WHERE name = 'lr' AND value > 1)", [10]),
      ("[val/loss] > `lr`", [4, 5, 6, 7, 8, 9, 1, 2, 3]),
      ("name = ')' OR id = 1", [1]),
      ("LR = 0.1 AND Status = 'finished'", [4, 5, 6]),
    ] as [(String?, [Int])])
  func conditionsFindRunsAndTheBestComesFirst(condition: String?, ids: [Int]) throws {
    #expect(try ComparisonFixture.sweep().find(condition) == ids)
  }

  @Test(
    arguments: TestScope.some([
      "1) OR (1", "1); DROP TABLE runs; --", "1 -- ", "1 /* ", "1; DELETE FROM runs", "'", "\"", "",
      " \n", "1) UNION SELECT id FROM runs WHERE (1", "id = :x", "id = ?", "COUNT(*) > 1", "lr <",
      "(SELECT id FROM runs) LIMIT 1", "writefile('x', 'y')", "load_extension('x')", "(((1)",
    ]))
  func nothingButOneConditionIsAccepted(condition: String) throws {
    let fixture = try ComparisonFixture.sweep()
    #expect(throws: (any Error).self) { try fixture.find(condition) }
    #expect(try fixture.find(nil).count == 11)
  }

  @Test(
    arguments: [
      ("x.y = 1", .unknownName("x.y", known: [])), ("lr.x = 1", .unknownName("lr.x", known: [])),
      ("lr . x = 1", .unknownName("lr.x", known: [])),
      ("val/loss < 2", .unquotedName("val/loss")),
      ("final:val/loss<2", .unquotedName("final:val/loss")),
      ("1 < val/accuracy", .unquotedName("val/accuracy")), ("top-1 > 2", .unquotedName("top-1")),
      ("model.0.width = 3", .unquotedName("model.0.width")),
      ("train loss = 3 AND lr > 0", .unquotedName("train loss")),
      ("\"val/loss\" < 2 AND nope = 1", .unknownName("nope", known: [])),
      ("xval/loss < 2", .unknownName("xval", known: [])),
    ] as [(String, RunSearchError)])
  func aNameThatIsNoWordIsRecognized(condition: String, expected: RunSearchError) throws {
    let fixture = try ComparisonFixture.sweep()
    try fixture.add("lenet", ["top-1": 1, "model.0.width": 2, "train loss": 3], losses: [1])
    #expect {
      try fixture.find(condition)
    } throws: { error in
      switch (error as? RunSearchError, expected) {
      case (.unknownName(let name, _)?, .unknownName(let other, _)): name == other
      case (let error, _): error == expected
      }
    }
  }

  @Test func aSettingWithinOthersNeedsNoQuotes() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", ["optimizer.lr": 1, "lr": 2], losses: [1])
    try fixture.add("lenet", ["optimizer.lr": 3], losses: [1])
    #expect(try fixture.find("optimizer.lr > 2") == [2])
    #expect(try fixture.find("optimizer.lr < lr") == [1])
    let query =
      "optimizer.lr = (SELECT MAX(p.value) FROM params AS p WHERE p.name = 'optimizer.lr')"
    #expect(try fixture.find(query) == [2])
  }

  @Test func anUnknownNameIsNoText() throws {
    let fixture = try ComparisonFixture.sweep()
    #expect {
      try fixture.find("\"val/los\" < 0.4")
    } throws: { error in
      guard case .unknownName(let name, let known)? = error as? RunSearchError else { return false }
      return name == "val/los" && known.contains("val/loss") && known.contains("lr")
    }
    #expect(throws: RunSearchError.self) { try fixture.find(nil, order: .value(name: "nothing")) }
  }

  @Test func anyColumnCanRank() throws {
    let fixture = try ComparisonFixture.sweep()
    #expect(try fixture.find("seed = 3", order: .value(name: "lr")) == [3, 6, 9])
    #expect(try fixture.find("seed = 1", order: .final(metric: "val/loss")) == [4, 7, 1, 10])
    #expect(try fixture.find("seed = 2", order: .best(metric: "val/accuracy")) == [5, 8, 2])
    var search = RunSearch(order: .best(metric: "val/loss"))
    search.condition = "seed = 1"
    search.isReversed = true
    #expect(try StatementReader(readingFrom: fixture.path).runs(search) == [1, 7, 4, 10])
  }

  /// Names with every character that SQL could trip over.
  @Test(arguments: ["a b", "a\"b", "a'b", "a]b", "ä/é", "select", "a;b", "a--b", "a)b", "日本"])
  func everyNameCanBeAsked(name: String) throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", [name: 1], losses: [1])
    try fixture.add("lenet", [name: 2], losses: [1])
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    #expect(try fixture.find("\(quoted) = 2") == [2])
  }

  /// Names that SQL takes for the same, or Swift does.
  @Test(arguments: [("lr", "LR"), ("é", "e\u{301}"), ("param:a", "PARAM:a")])
  func namesThatAreSpeltAlikeAreTwo(first: String, second: String) throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", [first: 0.5], losses: [1])
    try fixture.add("lenet", [second: 0.001], losses: [1])
    for (name, id) in [(first, 1), (second, 2)] {
      for condition in ["\"\(name)\" > 0", "\"param:\(name)\" > 0", "[\(name)] IS NOT NULL"] {
        #expect(try fixture.find(condition) == [id], "\(condition)")
      }
      #expect(try fixture.find(nil, order: .value(name: name)).first == id)
    }
  }

  @Test func aNameThatMayMeanTwoThingsIsRefused() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", ["val/loss": 3, "lr": 1, "LR": 2], losses: [1])
    #expect(
      throws: RunSearchError.ambiguousName(
        "val/loss", candidates: ["param:val/loss", "best:val/loss"])
    ) { try fixture.find("\"val/loss\" < 2") }
    #expect(throws: RunSearchError.ambiguousName("Lr", candidates: ["param:LR", "param:lr"])) {
      try fixture.find("Lr = 1")
    }
    #expect(try fixture.find("\"param:val/loss\" = 3 AND \"best:val/loss\" = 1 AND lr = 1") == [1])
  }

  /// A run of another program may have its seed among the parameters, and a parameter may differ from a column
  /// by its capitals alone.
  @Test func aColumnGivesWayToAParameter() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", ["Name": 5], seed: 3, losses: [1])
    try PlainConnection(path: fixture.path).execute(
      """
      INSERT INTO runs (id, name) VALUES (2, 'python');
      INSERT INTO params (run_id, name, value) VALUES (2, 'seed', 3), (2, 'Name', 6);
      """)
    #expect(try fixture.find("seed = 3") == [1, 2])
    #expect(try fixture.find("\"Name\" = 6") == [2])
    #expect(try fixture.find("name = 'python'") == [2])
    #expect(try fixture.find(nil, order: .value(name: "Name")) == [1, 2])
  }

  @Test func columnsAreCalledAsPeopleCallThem() throws {
    let fixture = try ComparisonFixture()
    try fixture.add("lenet", [:], losses: [1])
    try fixture.add("lenet", [:], losses: [1])
    try PlainConnection(path: fixture.path).execute(
      """
      UPDATE runs SET group_name = 'sweep' WHERE id = 2;
      INSERT INTO tags (run_id, name, value) VALUES (2, 'a', ''), (2, 'b', 'c');
      """)
    #expect(try fixture.find("\"group\" = 'sweep' AND tags = 'a b=c' AND duration >= 0") == [2])
    try PlainConnection(path: fixture.path).execute(
      "INSERT INTO params (run_id, name, value) VALUES (1, 'group', 'own')")
    #expect(try fixture.find("\"group\" = 'own'") == [1])
  }

  /// What looks like a name and is none.
  @Test(arguments: [
    "CAST('12' AS text) = '12'", "lower('A') = 'a'", "x'00' = x'00'", "1e0 = 1",
    "id IN (SELECT param.run_id FROM params AS param WHERE param.value = 1)",
    "(SELECT value FROM params WHERE name = 'value') = 1", "\"value\" = 1",
  ])
  func onlyNamesAreTranslated(condition: String) throws {
    let fixture = try ComparisonFixture()
    let names = ["text", "lower", "x", "e0", "run_id", "value", "param"]
    try fixture.add(
      "lenet", Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }), losses: [1])
    #expect(try fixture.find(condition) == [1])
  }
}
