"""One post scored one by one: ours (text + link, with reasons) beside TF-IDF + logistic regression on the URL alone.

    python benchmarks/score_one.py

Both run in turns in one process, so that whatever else the machine does hits both. Printed: the median of the rounds,
and the ratio. No network, no database.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from detector.artefact import load_model, newest_model
from detector.samples import load_samples
from detector.score import Detector
from detector.types import Post

ROUNDS = 15


def main() -> None:
    """Print the table."""
    posts = [p for p in load_samples().posts if p.links and p.text]
    bare = [Post(p.post_id, p.account_id, p.text, p.links[:1]) for p in posts]
    urls = [p.links[0] for p in posts]
    labels = [number % 2 for number in range(len(urls))]  # what it learns does not change how long it takes
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(3, 5)), LogisticRegression(max_iter=200)
    ).fit(urls, labels)
    detector = Detector(load_model(newest_model()))
    example = Post(
        "x", "y", "LV包包298元 专柜品质 加V信 lv8888", ("https://weidian.com/item.html?itemID=4371293&spm=a1z",)
    )

    runs: dict[str, Callable[[int], object]] = {
        "ours: text + link, reasons in two languages (sample posts)": lambda i: detector.score(bare[i]),
        "ours: the same, one post of 29 characters again and again": lambda _: detector.score(example),
        "TfidfVectorizer(char 3-5) + LogisticRegression, URL alone": lambda i: pipeline.predict_proba([urls[i]]),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            for i in range(len(bare)):
                run(i)
            times[name].append((time.perf_counter() - start) / len(bare) * 1e6)
    medians = {name: statistics.median(values) for name, values in times.items()}
    reference = list(medians.values())[-1]
    print(f"{len(bare)} posts, {ROUNDS} rounds, Python {platform.python_version()}, one core")
    for name, median in medians.items():
        print(f"{name:62} {median:8.1f} µs   ratio {median / reference:.3f}")


if __name__ == "__main__":
    main()
