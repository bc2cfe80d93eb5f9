"""Hiding among honest words: the good-word attack (Lowd and Meek, 2005)."""

from __future__ import annotations

from random import Random

from detector.evasion.transform import COUNT, Strength, Words, transform

_HONEST = (
    "今天天气真好，带孩子去公园走了走。",
    "晚上做了红烧肉，放了两颗八角。",
    "地铁又晚点了，大家都在等。",
    "周末有人一起爬山吗？",
    "这部电影的结局我没看懂。",
    "楼下的猫生了三只小猫。",
    "考试成绩出来了，总算及格。",
    "外婆寄来一箱橘子，很甜。",
    "新学期开学了，祝大家学业进步。",
    "请大家注意防火防盗。",
    "我家阳台的茉莉开花了。",
    "感谢医生护士的照顾。",
    "Had a lovely walk by the river this morning.",
    "My sister is visiting for the weekend.",
    "The bus was late again today.",
    "Finally finished that book about whales.",
    "Anyone know a good dentist near the station?",
    "Happy birthday to my dad!",
    "Our team lost but the kids had fun.",
    "Trying a new soup recipe tonight.",
    "The garden needs rain.",
    "Good luck with exams!",
)
_TAGS = (
    "#日常",
    "#好物分享",
    "#周末去哪儿",
    "#美食",
    "#今天穿什么",
    "#读书",
    "#旅行",
    "#健身打卡",
    "#育儿",
    "#家居",
    "#ootd",
    "#life",
    "#weekend",
    "#travel",
    "#foodie",
    "#fitness",
    "#reading",
    "#family",
    "#nature",
    "#music",
)
_DENIALS = (
    "拒绝高仿，假一赔十。",
    "本店不卖假货，请放心。",
    "支持专柜验货。",
    "谨防假货，认准本店。",
    "非诚勿扰，打假勿扰。",
    "100% authentic, no fakes.",
    "We do not sell replicas.",
    "Beware of counterfeits!",
    "Not for resale, for collectors only.",
)


def _some(source: tuple[str, ...], strength: Strength, chance: Random) -> str:
    return " ".join(chance.choice(source) for _ in range(COUNT[strength]))


@transform("padding_before", "前置无关文字", "honest words before", "a chatty opening, the offer at the end")
def padding_before(words: Words, strength: Strength, chance: Random) -> Words:
    """One, three or eight sentences of daily life before the text."""
    return Words(f"{_some(_HONEST, strength, chance)}\n{words.text}", words.links)


@transform("padding_after", "后置无关文字", "honest words after", "the offer first, then chat that folds it away")
def padding_after(words: Words, strength: Strength, chance: Random) -> Words:
    """The same behind the text."""
    return Words(f"{words.text}\n{_some(_HONEST, strength, chance)}", words.links)


@transform("padding_around", "前后无关文字", "honest words around", "an offer in the middle of a diary")
def padding_around(words: Words, strength: Strength, chance: Random) -> Words:
    """The same on both sides."""
    return Words(f"{_some(_HONEST, strength, chance)}\n{words.text}\n{_some(_HONEST, strength, chance)}", words.links)


@transform("hashtags", "话题标签", "hashtags", "twenty tags of daily life")
def hashtags(words: Words, strength: Strength, chance: Random) -> Words:
    """Tags of daily life behind the text."""
    return Words(f"{words.text} {_some(_TAGS, strength, chance)}", words.links)


@transform("denial", "反话", "words that deny", "拒绝高仿 beside the offer")
def denial(words: Words, strength: Strength, chance: Random) -> Words:
    """Words that honest shops use to tell themselves from sellers of copies."""
    return Words(f"{words.text} {_some(_DENIALS, strength, chance)}", words.links)


_QUOTES = {
    "light": ("转：{}", "RT {}"),
    "medium": ("朋友发的：「{}」", "My friend posted: “{}”"),
    "heavy": ("有人发了这个「{}」大家怎么看", "Saw this today: “{}” what do you think?"),
}


@transform("quoting", "引用", "as a quotation", "somebody else's words, so to say")
def quoting(words: Words, strength: Strength, chance: Random) -> Words:
    """The text as if another had written it."""
    return Words(chance.choice(_QUOTES[strength]).format(words.text), words.links)
