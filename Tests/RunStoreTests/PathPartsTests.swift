import Testing

@testable import RunStore

@Suite struct PathPartsTests {
  /// As `dirname` and `basename` have it, but that a name alone has no folder.
  @Test(
    arguments: [
      ("a", "", "a"), ("file.db", "", "file.db"), ("a/b", "a", "b"), ("/a", "/", "a"),
      ("/a/b/", "/a", "b"), ("a//b", "a", "b"), ("/", "", ""), ("", "", ""), ("./a", ".", "a"),
      ("a/\u{301}b", "a", "\u{301}b"), ("é", "", "é"),
    ] as [(String, String, String)])
  func aPathHasAFolderAndAName(path: String, folder: String, name: String) {
    #expect(path.folderOfPath == folder && path.nameInFolder == name)
  }

  @Test func slashesPartAPathAlsoBeforeAccents() {
    #expect("a/\u{301}b//c/".partsOfPath == ["a", "\u{301}b", "", "c", ""])
    #expect("".partsOfPath == [""] && "../\u{301}".partsOfPath.first == "..")
  }
}
