"""Runs of pytest in the project of a test."""

import pytest


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in this process, which is faster than in a separate one."""
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def run_apart(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a separate process, for tests that change the time or the environment of a process."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", *arguments)
