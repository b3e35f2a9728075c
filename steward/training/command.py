"""`steward train-categories`."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from shared.contracts.files import InvalidFile
from steward.training.labelled import LEAST, Labelled, read_labelled

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("train-categories")
@click.argument("file", type=FILE)
@click.option("--output", type=NEW_FILE, help="模型文件 Where to write the model; CATEGORY_MODEL names it to intake.")
@click.option("--folds", type=click.IntRange(3, 20), default=5, show_default=True, help="折数 Of the cross-validation.")
@click.option("--label", default="category", show_default=True, help="类别列 The column that is learnt.")
@click.option(
    "--text", "texts", multiple=True, default=("subject", "text"), show_default=True, help="文字列 May repeat."
)
def train_categories(file: Path, output: Path | None, folds: int, label: str, texts: tuple[str, ...]) -> None:
    """训练类别推荐 Learn categories from FILE (JSONL, CSV, XLSX), and say how often the suggestion is right.

    Needs the extra `hints`. A model file is code: load only one that you made or trust.
    """
    try:
        from steward.training import model
    except ImportError as error:
        raise click.ClickException(f"安装 Install the extra first: pip install '.[hints]' ({error})") from error
    try:
        read = read_labelled(file, label, texts)
    except InvalidFile as error:
        raise click.ClickException(str(error)) from error
    labelled = _learnable(read, max(folds, LEAST))
    measured = model.measure(labelled, folds)
    table = Table("类别 category", "条数 messages", "准确率 accuracy")
    for score in measured.scores:
        table.add_row(score.label, str(score.messages), f"{score.accuracy:.1%}")
    table.add_section()
    table.add_row("全部 overall", str(measured.overall.messages), f"{measured.overall.accuracy:.1%}", style="bold")
    table.add_row("只猜最多的一类 majority baseline", "", f"{measured.majority.accuracy:.1%}")
    Console().print(table)
    if output:
        from joblib import dump

        dump(model.train(labelled), output, compress=True)
        click.echo(f"已写入 Written: {output}")


def _learnable(read: Labelled, least: int) -> Labelled:
    labelled = read.of_enough(least)
    for label in sorted(read.counts.keys() - labelled.counts.keys()):
        click.echo(f"太少 Left out, fewer than {least} messages: {label} ({read.counts[label]})", err=True)
    if len(labelled.counts) < 2:
        raise click.ClickException(f"至少两类 Needs two categories with {least} messages each.")
    return labelled
