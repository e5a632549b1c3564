"""Asking: all that is to be known of a batch of rows, put to Polars as one question.

The parts of one question are worked out on all cores; asked one by one, each would keep but one
busy. So whoever wants to know something of every batch says so beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import polars as pl

_Exprs = Sequence[pl.Expr]


class Question:
    """Something asked of every batch of a file."""

    def asked(self) -> _Exprs:
        """Expressions of one value each for a batch; columns are imploded.

        A batch may be asked before the answers of the one before it are taken: what depends on
        these goes along as an answer.
        """
        return ()

    def take(self, frame: pl.DataFrame, *answers: Any) -> None:
        """Take the values for a batch, in the order of the expressions, and what they tell."""
        raise NotImplementedError


def ask(frames: Iterable[pl.DataFrame], questions: Sequence[Question]) -> None:
    """Ask all questions of each batch; answers are taken batch by batch, in the questions' order.

    While the answers of one batch are taken the next is asked, so that no core waits.
    """
    with ThreadPoolExecutor(1) as aside:
        waiting: tuple[pl.DataFrame, list[_Exprs], Future[pl.DataFrame]] | None = None
        for frame in frames:
            asked = [question.asked() for question in questions]
            asking = aside.submit(_answers, frame, asked)
            if waiting:
                _take(*waiting, questions)
            waiting = frame, asked, asking
        if waiting:
            _take(*waiting, questions)


def _answers(frame: pl.DataFrame, asked: Sequence[_Exprs]) -> pl.DataFrame:
    every = (expr for exprs in asked for expr in exprs)
    return frame.select(expr.alias(str(number)) for number, expr in enumerate(every))


def _take(
    frame: pl.DataFrame,
    asked: Sequence[_Exprs],
    asking: Future[pl.DataFrame],
    questions: Sequence[Question],
) -> None:
    answers = iter(column[0] for column in asking.result().get_columns())
    for question, exprs in zip(questions, asked, strict=True):
        question.take(frame, *(next(answers) for _ in exprs))
