"""Runs of pytest in a project of its own."""

import pytest


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in this process, which is sooner done than in one of its own."""
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def run_apart(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own, for tests that change the time or the environment of a process."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", *arguments)
