"""Brands named in a text or a host: names, nicknames, product lines, and what a genuine piece costs at least.

The brands are data (``detector/data/brands.json``). One pass over the text finds brands and goods words together,
because an everyday word (``coach``, ``苹果``) counts as a brand only beside the goods that the brand makes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from detector.text import read_text
from detector.types import Brand, BrandMention, Link, ReadText

Kind = Literal["name", "zh", "alias", "slang", "line"]
Role = Literal["brand", "goods", "trade", "none"]

MAX_MENTIONS = 50
MAX_GOODS = 200
CONTEXT_WINDOW = 12
"""Characters between an everyday word and the goods that make a brand of it."""
SINGLE_SIGN_WINDOW = 2
"""The same for an alias of one sign (驴, 香, 劳), which stands in half of all sentences."""

_DATA = Path(__file__).parent / "data" / "brands.json"

GOODS: dict[str, str] = {
    "bag": (
        "包 包包 手袋 手提包 单肩包 斜挎包 双肩包 背包 书包 腋下包 托特包 托特 水桶包 女包 男包 链条包 "
        "手提 斜挎 购物袋 "
        "箱包 手包 旅行箱 行李箱 拉杆箱 公文包 挎包 bag bags handbag handbags purse purses tote totes "
        "bumbag backpack backpacks clutch luggage shoulder_bag crossbody satchel duffle suitcase"
    ),
    "wallet": ("钱包 钱夹 卡包 零钱包 长夹 卡夹 wallet wallets cardholder card_holder"),
    "belt": ("皮带 腰带 belt belts"),
    "shoes": (
        "鞋 鞋子 球鞋 运动鞋 板鞋 跑鞋 篮球鞋 足球鞋 拖鞋 凉鞋 靴 靴子 高跟鞋 单鞋 皮鞋 老爹鞋 帆布鞋 "
        "女鞋 男鞋 雪地靴 shoe shoes sneaker sneakers boot boots slides slide sandal sandals heels pumps "
        "trainers cleats slippers footwear loafers flats kicks"
    ),
    "clothing": (
        "衣服 上衣 t恤 体恤 短袖 卫衣 外套 夹克 衬衫 牛仔裤 裤子 短裤 长裤 裙子 连衣裙 毛衣 针织衫 风衣 "
        "大衣 帽子 棒球帽 渔夫帽 男装 女装 冲锋衣 瑜伽裤 polo衫 马甲 套装 t-shirt t-shirts tshirt "
        "tshirts tee tees hoodie hoodies jacket jackets coat coats shirt shirts jeans pants shorts "
        "sweater sweaters sweatshirt sweatpants dress dresses clothing clothes apparel hat hats cap caps "
        "beanie leggings tracksuit polo_shirt polo_shirts outerwear parka parkas tracksuits varsity "
        "fleece tank_top windbreaker"
    ),
    "watch": (
        "手表 腕表 名表 机械表 男表 女表 石英表 石英 计时表 表盘 表 "
        "watch watches timepiece timepieces chronograph wristwatch"
    ),
    "jewellery": (
        "首饰 项链 手链 手镯 戒指 耳环 耳钉 吊坠 珠宝 饰品 胸针 对戒 手串 钻戒 jewelry jewellery necklace "
        "necklaces bracelet bracelets ring rings earring earrings pendant pendants bangle bangles charm "
        "charms beads"
    ),
    "scarf": ("围巾 丝巾 方巾 披肩 scarf scarves shawl"),
    "sunglasses": ("墨镜 太阳镜 太阳眼镜 眼镜 镜框 sunglasses sunglass eyewear eyeglasses goggles"),
    "cosmetics": (
        "口红 唇膏 粉底 粉底液 气垫 眼影 面霜 精华 化妆品 彩妆 护肤品 面膜 粉饼 腮红 眉笔 唇釉 乳液 眼霜 "
        "水乳 隔离霜 lipstick lipsticks makeup make_up cosmetics eyeshadow foundation skincare mascara "
        "palette serum moisturizer brush_set"
    ),
    "perfume": ("香水 淡香水 古龙水 perfume perfumes cologne fragrance fragrances eau_de_parfum"),
    "headphones": (
        "耳机 蓝牙耳机 降噪耳机 音箱 headphones headphone earbuds earphones earphone headset speaker speakers"
    ),
    "phone": ("手机 智能手机 phone phones smartphone smartphones cellphone"),
    "toy": (
        "玩具 积木 盲盒 手办 公仔 玩偶 毛绒 娃娃 卡牌 模型 toy toys plush figure figures figurine doll "
        "dolls blind_box building_blocks trading_cards"
    ),
    "spirits": ("酒 白酒 红酒 洋酒 葡萄酒 名酒 威士忌 干红 香槟 wine whisky whiskey cognac liquor brandy champagne"),
    "jersey": ("球衣 球服 队服 jersey jerseys 球衣套装"),
    "down_jacket": ("羽绒服 羽绒衣 鹅绒服 棉服 派克服 down_jacket down_jackets puffer puffer_jacket puffer_jackets"),
    "medicine": ("药 药品 胶囊 药片 针剂 pills pill tablets medicine injection"),
    "car_part": (
        "刹车片 刹车 火花塞 雨刮 雨刷 轮毂 机油 滤芯 轮胎 车标 brake_pads spark_plugs spark_plug "
        "wiper_blades rims tyres wheel_caps"
    ),
    "other": (
        "吹风机 卷发棒 吸尘器 直发器 香烟 电子烟 烟弹 充电器 数据线 钢笔 u盘 硒鼓 ipad壳 手机壳 手柄 "
        "袜子 hair_dryer straightener straighteners vacuum cigarettes charger keyring keychain "
        "phone_case socks"
    ),
}
"""Category → goods words (``_`` stands for a blank)."""

TRADE = (
    "高仿 超a a货 复刻 精仿 仿品 原单 尾单 一比一 专柜 奢侈品 大牌 名牌 莆田 replica replicas outlet "
    "outlets counterfeit knockoff knockoffs knock-off knock-offs ljr pk_batch og_batch budget_batch "
    "colorway colorways"
)
"""Words of this trade: beside them an everyday alias is a brand whatever the goods."""

NOT_GOODS = (
    "包邮 包括 包含 包装 包子 包裹 包围 包容 包你 包会 包教 包过 包换 包退 包赔 包月 包年 包间 包车 包厢 "
    "包治 包养 包夜 包吃 包住 包工 包头 包皮 包饺子 打包 面包 红包 荷包 豆包 外包 承包 表情包 语音包 "
    "数据包 安装包 压缩包 礼包 大礼包 药包 香包 汤包 草包 脓包 掉包 表示 表达 表现 表面 表情 表演 表扬 "
    "表白 表格 表哥 表姐 表弟 表妹 表明 表态 表决 表叔 表单 代表 发表 图表 列表 报表 外表 填表 电表 水表 "
    "仪表 课表 课程表 时间表 一览表 酒店 酒吧 酒精 喝酒 啤酒 药店 农药 火药 吃药 苹果汁 苹果醋 苹果树 "
    "苹果派 椰子汁 椰子油 椰子树 椰子水 驴肉 毛驴 驴友 香水梨 boss直聘 劳动 疲劳 勤劳 劳务 香港 香味 "
    "香菜 香蕉 香肠 香烟盒 三星级 三星堆 太平洋保险 new_jersey big_mac supreme_court apple_pie "
    "apple_juice apple_tree apple_cider apple_watch_tower head_coach life_coach coach_of assistant_coach "
    "football_coach basketball_coach team_coach coach_bus my_boss the_boss celine_dion kelly_clarkson "
    "alexander_wang jordan_river omega_3 omega-3 puma_concolor beats_per_minute river_jordan mac_os "
    "grace_kelly kid_rock teething_ring boxing_ring the_ring ring_tone watch_tv watch_out watch_the "
    "watch_it night_watch hollister_california"
)
"""Everyday words that hide goods words or aliases. They are matched first and count for nothing."""

_SHOPPING = (
    "shop shops store stores outlet outlets sale sales onsale forsale online cheap discount discounts "
    "official replica replicas fake fakes factory wholesale buy best top clearance warehouse deals deal "
    "direct mall club boutique luxury vip free shipping promo price prices offer offers australia canada "
    "france italia deutschland japan china usa uk us cn de fr it jp au ca new world women womens men "
    "mens kids lady ladies designer brand real authentic original the my for in and you only super hot "
    "fashion rep reps mirror supplier suppliers market gift gifts pascher soldes saldi billig kaufen "
    "günstig guenstig schweiz espana nederland nike sports sport team"
)
_SHOP_WORDS = frozenset(_SHOPPING.split())
_SELLING = frozenset(
    (
        "outlet",
        "outlets",
        "replica",
        "replicas",
        "cheap",
        "discount",
        "discounts",
        "wholesale",
        "fake",
        "fakes",
        "factory",
    )
)
_MARKS_ACCESS = frozenset({"tmall", "jd"})
"""Marketplaces that give a brand's name as a subdomain only to whoever shows a licence from the brand."""
_MIN_STRONG, _MIN_ANYWHERE, _MIN_HOST, _MIN_AFTER = 6, 8, 3, 4
_HOST_INNOCENT = (
    "chanelle",
    "coachella",
    "diorama",
    "guccione",
    "nikesh",
    "prolex",
    "ruggs",
    "struggle",
    "snugg",
    "rugg",
    "bulgaria",
)


class BrandsError(ValueError):
    """The brand file cannot be used. The message names what clashes."""


class ListedBrand(Brand, frozen=True, forbid_unknown_fields=True):
    """A brand as the file lists it, with what is needed to read its ambiguous names."""

    context: dict[str, Literal["goods", "brand", "host"]] = msgspec.field(default_factory=dict)
    """Alias → when it counts. ``goods``: only beside goods that the brand makes, beside a trade word, or beside a sure
    mention of the brand or of its sector. ``brand``: only beside a trade word or a sure mention of the brand, because
    unbranded goods are called so too (马鞍包). ``host``: alone in a text, but in a host only beside a shop or goods
    word."""
    line_goods: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Category → product lines of it, so that ``neverfull`` says that a bag is meant."""


class Scan(msgspec.Struct, frozen=True):
    """What one pass over a text found, in order of place."""

    mentions: tuple[BrandMention, ...] = ()
    goods: tuple[tuple[str, int, int], ...] = ()
    """(category, start, end) in the text as read, at most 200."""


class _Entry(msgspec.Struct, frozen=True):
    """What one pattern of the automaton stands for."""

    role: Role
    text: str
    left: bool
    """The pattern begins with a Latin sign, so that no Latin sign may stand before it; ``right`` likewise."""
    right: bool
    category: str | None = None
    brand: Brand | None = None
    kind: Kind = "alias"
    needs: frozenset[str] | None = None
    """Categories that fit where the alias needs context, none of them where only the brand itself will do; ``None``
    where it counts alone."""


_NOTHING = Scan()
_WORD = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "".join(map(chr, range(0xC0, 0x250)))
)
_Hit = tuple[int, int, _Entry]


def load_brands(path: Path | None = None) -> tuple[ListedBrand, ...]:
    """Read and check a brand file, the shipped one by default. Raises ``BrandsError`` or ``OSError``."""
    raw = (path or _DATA).read_bytes()
    try:
        brands = msgspec.json.decode(raw, type=tuple[ListedBrand, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrandsError(f"{path or _DATA}: {error}") from error
    _refuse_doubles(brands)
    for brand in brands:
        _refuse_loose_ends(brand)
    return brands


def _refuse_doubles(brands: Iterable[Brand]) -> None:
    ids: set[str] = set()
    owner: dict[str, Brand] = {}
    for brand in brands:
        if brand.id in ids:
            raise BrandsError(f"two brands have the id {brand.id!r}")
        ids.add(brand.id)
        for alias, _ in names_of(brand):
            for form in _forms(alias):
                other = owner.setdefault(form, brand)
                if other is not brand:
                    raise BrandsError(f"alias {alias!r} belongs to both {other.id!r} and {brand.id!r}")


def _refuse_loose_ends(brand: ListedBrand) -> None:
    known = {form for alias, _ in names_of(brand) for form in _forms(alias)}
    for alias in brand.context:
        if normalised(alias) not in known:
            raise BrandsError(f"{brand.id!r} has a context for {alias!r}, which is none of its names")
    for lines in brand.line_goods.values():
        for line in lines:
            if line not in brand.lines:
                raise BrandsError(f"{brand.id!r} sorts the line {line!r}, which is none of its lines")
    for category, price in brand.reference_cny.items():
        if category not in GOODS or price <= 0:
            raise BrandsError(f"{brand.id!r} has the reference {category!r}: {price}; want a known category and > 0")


def names_of(brand: Brand) -> Iterator[tuple[str, Kind]]:
    """Every way to name the brand, with the kind it is."""
    yield brand.name, "name"
    for kind, names in _lists(brand):
        for name in names:
            yield name, kind


def _lists(brand: Brand) -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    return (("zh", brand.zh), ("alias", brand.aliases), ("slang", brand.slang), ("line", brand.lines))


def normalised(alias: str) -> str:
    """The alias as it stands in a text that was read."""
    return " ".join(read_text(alias).plain.lower().split())


def _forms(alias: str) -> tuple[str, ...]:
    """Ways in which people write the alias: with or without blanks, hyphens, apostrophes and accents."""
    bases = {normalised(alias), " ".join(alias.lower().split())}
    bases |= {_without_accents(base) for base in bases}
    bases |= {base.replace("'", "") for base in bases if len(base) > 3} | {base.replace("'", "’") for base in bases}
    forms = set(bases)
    for base in bases:
        if " " in base:
            forms |= {base.replace(" ", "-"), base.replace(" ", "_")}
            if len(base) > 5:
                forms.add(base.replace(" ", ""))
    return tuple(sorted(form for form in forms if form))


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _plain_entry(role: Role, text: str, category: str | None = None) -> _Entry:
    return _Entry(role, text, text[0] in _WORD, text[-1] in _WORD, category)


def _word_entries() -> Iterator[_Entry]:
    for word in NOT_GOODS.split():
        yield _plain_entry("none", word.replace("_", " "))
    for category, words in GOODS.items():
        for word in words.split():
            yield _plain_entry("goods", word.replace("_", " "), category)
    for word in TRADE.split():
        yield _plain_entry("trade", word.replace("_", " "))


def _brand_entries(brand: Brand) -> Iterator[_Entry]:
    context = brand.context if isinstance(brand, ListedBrand) else {}
    rules = {normalised(alias): rule for alias, rule in context.items()}
    sure = (alias for alias, _ in names_of(brand) if rules.get(normalised(alias), "host") == "host")
    alone = {form for alias in sure for form in _forms(alias)}
    sorted_lines = brand.line_goods if isinstance(brand, ListedBrand) else {}
    category_of = {line: category for category, lines in sorted_lines.items() for line in lines}
    fitting = frozenset(brand.reference_cny) - {"other"} or frozenset({"other"})
    for alias, kind in names_of(brand):
        for form in _forms(alias):
            rule = rules.get(normalised(alias))
            needs = None if form in alone else fitting if rule == "goods" else frozenset[str]()
            yield _Entry("brand", form, form[0] in _WORD, form[-1] in _WORD, category_of.get(alias), brand, kind, needs)


class BrandIndex:
    """Finds the brands it was built with. Immutable; one may serve many threads.

    Parameters
    ----------
    brands
        Brands to find. ``ListedBrand`` tells which aliases need context; a bare ``Brand`` has no such alias.
    window
        Characters between an everyday alias and what makes a brand of it.
    """

    def __init__(self, brands: Iterable[Brand], *, window: int = CONTEXT_WINDOW) -> None:
        self.brands = tuple(brands)
        self.window = window
        self._owners = {domain: b for b in self.brands for domain in (*b.domains, *b.authorised)}
        _refuse_doubles(self.brands)
        by_text: dict[str, _Entry] = {}
        for entry in (*(e for b in self.brands for e in _brand_entries(b)), *_word_entries()):
            by_text.setdefault(entry.text, entry)
        self._entries = tuple(by_text.values())
        self._left = tuple(entry.left for entry in self._entries)
        self._right = tuple(entry.right for entry in self._entries)
        self._texts = AhoCorasick(list(by_text), implementation=Implementation.ContiguousNFA)
        self._hosts = _HostReader(self._entries)
        self._mention_in = lru_cache(maxsize=8192)(self._hosts.read)

    def scan(self, read: ReadText) -> Scan:
        """Brands and goods of a text, in one pass. Never raises."""
        hits = self._hits(read.plain)
        if not hits:
            return _NOTHING
        mentions: list[BrandMention] = []
        goods: list[tuple[str, int, int]] = []
        for at, (start, end, entry) in enumerate(hits):
            if entry.brand is None or len(mentions) >= MAX_MENTIONS:
                if entry.role != "goods":
                    continue
            elif entry.needs is None or self._has_context(hits, at):
                mentions.append(_mention(read, start, end, entry))
            else:
                continue
            if entry.category is not None and len(goods) < MAX_GOODS:
                goods.append((entry.category, start, end))
        return Scan(tuple(mentions), tuple(goods))

    def find(self, read: ReadText) -> list[BrandMention]:
        """Brands named in a text: non-overlapping, in order of place, at most 50."""
        return list(self.scan(read).mentions)

    def categories(self, read: ReadText) -> list[tuple[str, int, int]]:
        """Goods words as (category, start, end) in the text as read, at most 200."""
        return list(self.scan(read).goods)

    def in_host(self, link: Link) -> BrandMention | None:
        """A brand named in the host of a link; ``None`` too on Tmall and JD, where the marketplace checks the name."""
        if not link.host or not link.registrable or link.platform in _MARKS_ACCESS:
            return None
        return self._mention_in(link.host[:253], link.registrable[:253])

    @staticmethod
    def is_own(link: Link, brand: Brand) -> bool:
        """Whether the link leads to the brand itself or to a reseller (domain or full host) that the brand names."""
        known = (*brand.domains, *brand.authorised)
        return bool(link.registrable) and (link.registrable in known or link.host in known)

    def owner(self, link: Link) -> Brand | None:
        """The brand that the link's site belongs to, or that names it as a reseller; ``None`` for all other sites."""
        return self._owners.get(link.registrable) or self._owners.get(link.host)

    @staticmethod
    def reference(brand: Brand, category: str | None) -> float | None:
        """Price in CNY below which no genuine new piece is sold: of the category, else the brand's lowest."""
        prices = brand.reference_cny
        if category is not None and category in prices:
            return prices[category]
        return min(prices.values(), default=None)

    def _hits(self, plain: str) -> list[_Hit]:
        """Non-overlapping matches, leftmost and then longest.

        Overlaps are weighed here: a longer match that fails at a word boundary must not hide a shorter one.
        """
        try:
            found = self._texts.find_matches_as_indexes(plain, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            plain = plain.encode("utf-8", "replace").decode("utf-8")
            found = self._texts.find_matches_as_indexes(plain, overlapping=True)
        entries, left, right, size = self._entries, self._left, self._right, len(plain)
        whole: list[tuple[int, int, int]] = []
        for number, start, end in found:
            if left[number] and start and plain[start - 1] in _WORD:
                continue
            if right[number] and end < size and plain[end] in _WORD:
                continue
            whole.append((start, -end, number))
        whole.sort()
        hits: list[_Hit] = []
        reached = 0
        for start, minus_end, number in whole:
            if start >= reached:
                reached = -minus_end
                hits.append((start, reached, entries[number]))
        return hits

    def _has_context(self, hits: list[_Hit], at: int) -> bool:
        """Whether something within the window makes a brand of the everyday word at ``at``."""
        start, end, entry = hits[at]
        window = min(self.window, SINGLE_SIGN_WINDOW) if end - start == 1 else self.window
        for other in range(at + 1, len(hits)):
            if hits[other][0] - end > window:
                break
            if _supports(hits[other][2], entry):
                return True
        for other in range(at - 1, -1, -1):
            if start - hits[other][1] > window:
                break
            if _supports(hits[other][2], entry):
                return True
        return False


def _supports(other: _Entry, entry: _Entry) -> bool:
    if other.role == "trade":
        return True
    if other.role == "goods":
        return entry.needs is not None and other.category in entry.needs
    if other.brand is None or entry.brand is None:
        return False
    if other.needs is not None:
        # Two Chinese by-names of one brand, side by side, mean it: 卡家蓝气球. Two teams of a league do not.
        same = other.brand is entry.brand and not entry.text.isascii() and not other.text.isascii()
        return same and other.text not in entry.text and entry.text not in other.text
    return other.brand is entry.brand or bool(entry.needs and other.brand.sector == entry.brand.sector)


def _mention(read: ReadText, start: int, end: int, entry: _Entry) -> BrandMention:
    if entry.brand is None:  # only brands come here; the check is for the types
        raise TypeError(entry.text)
    span = read.span(start, end)
    return BrandMention(entry.brand, entry.text, entry.kind, span, read.original[span[0] : span[1]], start, end)


class _HostReader:
    """Finds a brand inside a host name, where words stand without blanks."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        fits = {e.text: e for e in entries if e.brand is not None and _fits_host(e)}
        self._names = {text: e for text, e in fits.items() if not _is_plural(text, e, fits)}
        self._goods = {e.text.replace(" ", ""): e.category for e in entries if e.role == "goods"}
        words = {word for word in (*self._names, *self._goods, *_SHOP_WORDS) if word.isascii()}
        self._words = frozenset(words)
        self._automaton = AhoCorasick(list(self._names) or ["\0"])

    def read(self, host: str, registrable: str) -> BrandMention | None:
        """The best mention in registrable label and subdomains: the longest sure one, the leftmost of equals."""
        best: tuple[int, int, _Entry] | None = None
        for label in _labels(host, registrable):
            for candidate in self._in_label(label):
                best = max(best, candidate, key=lambda c: c[:2]) if best else candidate
        if best is None:
            return None
        entry = best[2]
        if entry.brand is None:
            return None
        return BrandMention(entry.brand, entry.text, entry.kind, None, host)

    def _in_label(self, label: str) -> Iterator[tuple[int, int, _Entry]]:
        tokens = [token for token in label.split("-") if token]
        joined = "".join(tokens)
        for text in (label, joined) if len(tokens) > 1 else (label,):
            for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                entry = self._names[text[start:end]]
                if self._counts(text, start, end, entry, tokens):
                    yield end - start, -start, entry

    def _counts(self, text: str, start: int, end: int, entry: _Entry, tokens: list[str]) -> bool:
        if not entry.text.isascii():
            return entry.needs is None and end - start > 1
        if any(word in text for word in _HOST_INNOCENT):
            return False
        left, right = text[:start].rpartition("-")[2], text[end:].partition("-")[0]
        if _is_ambiguous(entry):
            return self._stands_by_goods(left, right, entry, tokens)
        if end - start >= _MIN_ANYWHERE:
            return True
        before, after = self._ends_known(left), self._starts_known(right)
        if end - start >= _MIN_STRONG and entry.kind != "line":
            return before or after
        return after and (before or (len(left) >= 3 and len(right) >= _MIN_AFTER))

    def _stands_by_goods(self, left: str, right: str, entry: _Entry, tokens: list[str]) -> bool:
        """An everyday or short name: a whole token beside a shop word, or glued to goods that fit."""
        if not left and not right:
            return any(self._is_shop(token, entry) for token in tokens if token != entry.text)
        if len(entry.text) < _MIN_AFTER:
            return False
        if left and not right:
            return left in _SELLING
        return (not left or left in _SELLING) and any(
            right.startswith(word) for word in (*_SELLING, *self._fitting(entry))
        )

    def _is_shop(self, token: str, entry: _Entry) -> bool:
        return token in _SHOP_WORDS or token in self._fitting(entry)

    def _fitting(self, entry: _Entry) -> tuple[str, ...]:
        makes = entry.brand.reference_cny if entry.brand is not None else {}
        return tuple(word for word, category in self._goods.items() if category in makes and word.isascii())

    def _starts_known(self, right: str) -> bool:
        if not right or right[0].isdigit() or right in self._words:
            return True
        return any(right[:size] in self._words for size in range(_MIN_AFTER, min(len(right), 12) + 1))

    def _ends_known(self, left: str) -> bool:
        if not left or left[-1].isdigit() or left in self._words:
            return True
        return any(left[-size:] in self._words for size in range(_MIN_AFTER, min(len(left), 12) + 1))


def _fits_host(entry: _Entry) -> bool:
    """Lines of everyday words and signs that no host holds are left out."""
    if any(sign in " '_.&/’" for sign in entry.text):
        return False
    if entry.kind == "line":
        return entry.needs is None and entry.text.isascii() and len(entry.text) >= _MIN_STRONG
    return len(entry.text) > 1


def _is_plural(text: str, entry: _Entry, fits: dict[str, _Entry]) -> bool:
    """``samsungs``, which would take the s of ``samsungstore``."""
    shorter = fits.get(text.removesuffix("s"))
    return text.endswith("s") and shorter is not None and shorter.brand is entry.brand


def _is_ambiguous(entry: _Entry) -> bool:
    if entry.needs is not None or len(entry.text) < _MIN_HOST:
        return True
    rules = entry.brand.context if isinstance(entry.brand, ListedBrand) else {}
    return rules.get(entry.text) == "host"


def _labels(host: str, registrable: str) -> list[str]:
    """The registrable label and the subdomains, homographs undone; ``www`` left out."""
    below = host[: -len(registrable) - 1] if host.endswith("." + registrable) else ""
    labels = [registrable.partition(".")[0], *below.split(".")]
    return [_shown(label) for label in labels if label and label != "www"]


def _shown(label: str) -> str:
    """The label as people see it: punycode decoded, look-alike letters read as the letters they look like."""
    if label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii", "replace").decode("punycode")
        except (UnicodeError, ValueError, OverflowError):
            return ""
        label = re.sub("[\ud800-\udfff]", "", label)
        label = _without_accents(read_text(label).plain)
    elif not label.isascii():
        label = re.sub("[\ud800-\udfff]", "", label)
    return label.lower()


@lru_cache(maxsize=1)
def default_index() -> BrandIndex:
    """The index of the shipped brands, built once."""
    return BrandIndex(load_brands())
