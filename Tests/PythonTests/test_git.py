"""The commit of a run, and no program of a hostile repository run: the attacks of `GitRepositoryTests.swift`."""

from __future__ import annotations

import os
import shutil
import subprocess
import unittest

from support import FolderCase

import trackerdb as tracker
from trackerdb._git import _program, git_state

COMMIT = """{ [ -e file ] || echo a > file; } && git add file \
  && git -c user.name=n -c user.email=e commit -q --allow-empty -m m"""

#: Lines of a shell that prepare a repository such that git, left alone, runs the program `$P`.
ATTACKS = [
    'git config core.fsmonitor "$P"',
    "git config filter.x.clean \"$P\"; echo '* filter=x' > .gitattributes",
    "git config filter.x.process \"$P\"; echo '* filter=x' > .gitattributes",
    """git config filter.x.clean "$P"; git config filter.x.required true
    echo '* filter=x' > .git/info/attributes""",
    "git config filter.a=b.clean \"$P\"; echo '* filter=a=b' > .gitattributes",
    "git config filter.A.b.Clean \"$P\"; echo '* filter=A.b' > .gitattributes",
    """git config include.path ../more; git config -f more filter.x.clean "$P"
    echo '* filter=x' > .gitattributes""",
    """git config extensions.worktreeConfig true; git config --worktree filter.x.clean "$P"
    echo '* filter=x' > .gitattributes""",
    r"""printf '[filter "\303\051"]\nclean = %s\n' "$P" >> .git/config
    printf '* filter=\303\051\n' > .gitattributes""",
    """git config diff.external "$P"; git config diff.x.textconv "$P"; echo '* diff=x' > .gitattributes""",
    """git config core.hooksPath hooks; mkdir hooks; cp "$P" hooks/post-index-change
    cp "$P" .git/hooks/post-index-change""",
    """git config extensions.partialClone origin; git config remote.origin.promisor true
    git config remote.origin.url /nowhere; git config remote.origin.uploadpack "$P"
    git config protocol.allow always; git config protocol.file.allow always
    rm -rf .git/objects/??""",
    """git config extensions.partialClone origin; git config remote.origin.promisor true
    git config remote.origin.url "ext::$P"; git config protocol.ext.allow always
    rm -rf .git/objects/??""",
    """git config core.pager "$P"; git config pager.status "$P"; git config alias.status "!$P" """,
    """git config core.worktree ..; git config core.fsmonitor "$P" """,
]


@unittest.skipIf(shutil.which("git") is None, "git is missing")
class Git(FolderCase):
    def shell(self, script: str) -> str:
        found = subprocess.run(
            ["sh", "-ec", script],
            capture_output=True,
            text=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
        )
        self.assertEqual(found.returncode, 0, f"{script}: {found.stderr}")
        return found.stdout

    def state(self, name: str, **more: object) -> tuple:
        return git_state(os.path.join(self.folder, name), **{"seconds": 600, **more})  # type: ignore[arg-type]

    def head(self, name: str) -> str:
        return self.shell(f"git -C {name} rev-parse HEAD").strip()

    def test_commit_and_changes_from_any_folder_below(self) -> None:
        self.shell(f"git init -q r && mkdir -p r/a/b && cd r && {COMMIT}")
        self.assertEqual(self.state("r/a/b"), (self.head("r"), False, None))
        self.shell("echo changed > r/file")
        self.assertEqual(self.state("r")[1], True)

    def test_linked_work_trees_and_submodules(self) -> None:
        self.shell(
            f"""git init -q r && (cd r && {COMMIT} && git worktree add -q ../linked && cd ../linked && {COMMIT})
            git init -q outer && cd outer && {COMMIT}
            git -c protocol.file.allow=always submodule --quiet add ../r inner && echo x > inner/file"""
        )
        self.assertEqual(self.state("linked"), (self.head("linked"), False, None))
        self.assertEqual(self.state("outer/inner"), (self.head("r"), True, None))

    def test_where_there_is_no_state(self) -> None:
        self.shell("git init -q r")
        self.assertEqual(self.state("r"), (None, None, None))
        self.assertEqual(self.state("."), (None, None, None))
        self.assertEqual(self.state("missing"), (None, None, None))

    def test_no_program_of_a_repository_is_run(self) -> None:
        for number, attack in enumerate(ATTACKS):
            with self.subTest(attack):
                top = os.path.join(self.folder, str(number))
                os.mkdir(top)
                os.chdir(top)
                self.shell(
                    f"""printf '#!/bin/sh\\ntouch "{top}/ran"\\ncat\\n' > program && chmod +x program
                    P="$PWD/program"; git init -q r && cd r && {COMMIT}
                    {attack}
                    touch -d '2001-01-01' file"""
                )
                found = self.state(os.path.join(top, "r"))
                self.assertFalse(os.path.exists("ran"), found)
                if "objects/??" not in attack:
                    self.assertIsNotNone(found[0], found)

    def test_a_committed_folder_that_is_a_bare_repository_is_only_a_folder(self) -> None:
        self.shell(
            f"""printf '#!/bin/sh\\ntouch "{self.folder}/ran"\\n' > program && chmod +x program
            git init -q r && cd r && {COMMIT} && git init -q --bare inner
            git -C inner config core.fsmonitor "$PWD/../program"
            git -C inner config core.bare false; git -C inner config core.worktree ."""
        )
        self.assertEqual(self.state("r/inner"), (self.head("r"), False, None))
        self.assertFalse(os.path.exists("ran"))

    def test_a_repository_of_another_user_is_not_asked(self) -> None:
        self.shell(f"git init -q r && cd r && {COMMIT}")
        self.assertRegex(self.state("r", user=os.geteuid() + 1)[2], "^the repository belongs to ")

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away")
    def test_one_foreign_part_is_enough(self) -> None:
        for part in ("r", "r/.git", "s/.git"):
            self.shell(
                f"""rm -rf r s; git init -q r && (cd r && {COMMIT}) && cp -r r s && rm -rf s/.git
                ln -s ../r/.git s/.git; chown -h 12345 {part}"""
            )
            self.assertEqual(self.state(part[0])[2], "the repository belongs to user 12345")

    def test_a_folder_named_git_is_no_program(self) -> None:
        os.makedirs("bin/git")
        self.assertIsNone(_program(os.path.join(self.folder, "bin")))

    def test_a_git_that_hangs_is_ended(self) -> None:
        self.shell(f"git init -q r && cd r && {COMMIT} && mkfifo p && git config include.path ../p")
        self.assertEqual(self.state("r", seconds=0.2)[2], "git took longer than 0.2 s")

    def test_a_run_notes_the_commit(self) -> None:
        self.shell(f"git init -q r && cd r && {COMMIT}")
        os.chdir("r")
        tracker.start("r", db=self.db).finish()
        self.assertEqual(self.sql("SELECT git_commit, git_dirty FROM runs"), [(self.head("."), 0)])


if __name__ == "__main__":
    unittest.main()
