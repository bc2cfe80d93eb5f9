"""What people write beside a price: currencies, words that lead to it or follow it, and units of other things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal


def _words(spaced: str) -> list[str]:
    """A list that stays readable in the source."""
    return spaced.split()


class Endings:
    """Words of which a text may end with one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_last: dict[str, tuple[str, ...]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._by_last[word[-1]] = (*self._by_last.get(word[-1], ()), word)
        self.last_signs = frozenset(self._by_last)

    def of(self, text: str) -> str | None:
        """The longest of the words that the text ends with."""
        words = self._by_last.get(text[-1:])
        if words is None or not text.endswith(words):
            return None
        return next(word for word in words if text.endswith(word))


BEFORE = {
    "us$": "USD", "hk$": "HKD", "hkd$": "HKD", "nt$": "TWD", "ntd$": "TWD", "au$": "AUD", "a$": "AUD", "ca$": "CAD",
    "c$": "CAD", "sg$": "SGD",
    "s$": "SGD", "nz$": "NZD", "r$": "BRL", "mx$": "MXN", "mop$": "MOP", "$": "USD", "¥": "CNY", "￥": "CNY",
    "💰": "CNY", "€": "EUR",
    "£": "GBP", "₩": "KRW", "₽": "RUB", "฿": "THB", "₹": "INR", "₫": "VND", "₱": "PHP", "rmb": "CNY", "cny": "CNY",
    "usd": "USD", "eur": "EUR",
    "gbp": "GBP", "hkd": "HKD", "ntd": "TWD", "twd": "TWD", "jpy": "JPY", "krw": "KRW", "aud": "AUD", "cad": "CAD",
    "sgd": "SGD", "rm": "MYR", "rs": "INR", "rs.": "INR", "inr": "INR", "pkr": "PKR", "₦": "NGN", "ngn": "NGN",
    "aed": "AED", "dhs": "AED", "sar": "SAR", "kes": "KES", "ksh": "KES", "php": "PHP", "thb": "THB", "idr": "IDR",
    "₺": "TRY", "zar": "ZAR", "₪": "ILS", "₴": "UAH", "gh₵": "GHS", "ghs": "GHS", "৳": "BDT", "bdt": "BDT",
    "人民币": "CNY", "美金": "USD", "美元": "USD", "港币": "HKD", "日元": "JPY", "台币": "TWD",
}  # fmt: skip


BEFORE_ENDINGS = Endings(BEFORE)
AFTER = {
    "元": "CNY", "圆": "CNY", "块钱": "CNY", "块": "CNY", "人民币": "CNY", "软妹币": "CNY", "rmb": "CNY",
    "cny": "CNY", "yuan": "CNY",
    "r": "CNY", "米": "CNY", "💰": "CNY", "¥": "CNY", "￥": "CNY", "刀": "USD", "美元": "USD", "美金": "USD",
    "美刀": "USD", "usd": "USD", "us dollars": "USD",
    "dollars": "USD", "bucks": "USD", "$": "USD", "欧元": "EUR", "欧": "EUR", "€": "EUR", "eur": "EUR",
    "euros": "EUR", "euro": "EUR", "英镑": "GBP",
    "镑": "GBP", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP", "港币": "HKD", "港元": "HKD",
    "港纸": "HKD", "hkd": "HKD", "新台币": "TWD",
    "台币": "TWD", "ntd": "TWD", "twd": "TWD", "日元": "JPY", "日币": "JPY", "円": "JPY", "jpy": "JPY", "yen": "JPY",
    "韩元": "KRW", "韩币": "KRW",
    "krw": "KRW", "won": "KRW", "澳元": "AUD", "澳币": "AUD", "澳刀": "AUD", "aud": "AUD", "加元": "CAD",
    "加币": "CAD", "cad": "CAD", "新币": "SGD",
    "sgd": "SGD", "泰铢": "THB", "thb": "THB", "卢布": "RUB", "₽": "RUB", "rub": "RUB", "马币": "MYR", "myr": "MYR",
    "瑞郎": "CHF", "chf": "CHF",
    "卢比": "INR", "inr": "INR", "越南盾": "VND", "vnd": "VND", "rs": "INR", "/-": "INR", "pkr": "PKR", "₦": "NGN",
    "ngn": "NGN", "naira": "NGN", "aed": "AED", "dhs": "AED", "dirhams": "AED", "dirham": "AED", "sar": "SAR",
    "kes": "KES", "ksh": "KES", "php": "PHP", "₱": "PHP", "pesos": "PHP", "baht": "THB", "฿": "THB", "idr": "IDR",
    "tl": "TRY", "₺": "TRY", "zł": "PLN", "pln": "PLN", "zar": "ZAR", "rand": "ZAR", "₫": "VND", "kr": "SEK",
    "руб": "RUB", "грн": "UAH", "lei": "RON", "kč": "CZK", "ghs": "GHS", "taka": "BDT", "迪拉姆": "AED",
}  # fmt: skip
# The first signs of what the pattern below matches: most numbers have something else after them.
AFTER_FIRST = frozenset("多来几") | frozenset(word[0] for word in AFTER)
AFTER_WORD = re.compile(
    "(?P<some>[多来几]?) ?(?P<word>"
    + "|".join(
        re.escape(w) + ("(?![a-z0-9])" if w.isascii() and w.isalpha() else "")
        for w in sorted(AFTER, key=len, reverse=True)
    )
    + ")(?<!元(?=[旦素气件宵老首帅]))"
)
# ¥ is also the yen sign; only words beside the number tell.
YEN_NEAR = re.compile(r"[^0-9]{0,6}(?:日元|日币|円|jpy|税込|税抜)")

# --- words around a number ------------------------------------------------------------------------------------------

_LIST_WORDS = (
    *_words(
        "原价 原售价 专柜 专柜价 市场价 吊牌 吊牌价 官网 官网价 官方 官方价 公价 国内价 门店价 正价 零售"
        " 零售价 正品 正品价 发售价 牌价 划线价"
    ),
    *_words("was rrp msrp retail originally reg regular orig"),
    *("retail price", "list price", "regular price", "reg.", "orig."),
)
_SALE_WORDS = (
    *_words(
        "特价 现价 秒杀 秒杀价 只要 只 仅 需 只需 仅售 卖 只卖 活动价 优惠价 到手 到手价 券后 券后价 折后"
        " 折后价 批发 批发价 拿货 拿货价 代购 代购价 一口价"
    ),
    *_words(
        "售价 价格 价位 报价 今日价 清仓 清仓价 福利价 内购价 会员价 团购 团购价 低至 我们 我家 我们家 本店"
        " 现在 特惠 开价 单价 出厂价 工厂价 成本价 甩卖 价"
    ),
    *_words("now only just price for sale asking from"),
    "sale price",
)
# An amount, but not what the goods cost.
_NO_PRICE_WORDS = (
    *_words(
        "满 减 省 返 赠 抵 抵扣 券 罚款 罚金 罚 处罚 涉案 金额 案值 货值 奖 奖金 奖励 工资 月薪 年薪 薪资"
        " 收入 营收 利润 运费 邮费 押金 定金 补贴 赔偿 赔"
        " 赏金 悬赏 酬金 酬谢 重谢 答谢 快递费 车费 路费 打车 饭钱 餐费 房租 租金 月租 停车费 门票 挂号费 学费 话费"
        " 电费 水费 手续费 关税 缴税 维修费 修理费 清洗费 保养费 鉴定费 服务费 佣金 提成 分成 底薪 时薪 余款 尾款 欠款"
        " 损失 被骗 骗了 骗走"
    ),
    *_words(
        "粉丝 销量 月销 已售 销售 浏览 阅读 播放 点赞 市值 融资 贷款 存款 身高 体重 第 余额 充值 红包 qq"
        " 扣扣 微信 电话 座机 手机 手机号 编号 货号 单号"
    ),
    *_words("款号 尺码 订单"),
)
LEADS: dict[str, Literal["sale", "list", "no"]] = {
    **dict.fromkeys(_NO_PRICE_WORDS, "no"),
    **dict.fromkeys(_LIST_WORDS, "list"),
    **dict.fromkeys(_SALE_WORDS, "sale"),
}
LEAD_ENDINGS = Endings(LEADS)
SPACERS = " \t\n:：=-"
FILLERS = SPACERS + "是为才都就也要的达约近超过了共价仅只"
FILLER_SIGNS = frozenset(FILLERS)
SALE_TAIL = re.compile(
    r" ?(?:[多来]|[一每/][个件双条套只款])? ?(?:全国|顺丰|直接|就|即可|就能|都)?"
    r"(?:包邮|包顺丰|包税|到手|秒杀|批发|拿货|拿走|拿下|可拿|带走|带回家|入手|一口价|清仓|甩"
    r"|出售?(?![生来现口门])|起(?![床来点])|不议价|不讲价|不刀|走起|shipped)"
)
SALE_FIRST = frozenset("多来一每/全顺直就即能都包到秒批拿可带入清甩出起不走s")
"""The first signs of what the pattern above matches, after its space."""
NEAR_TAIL = re.compile(r"[ ,，。!！][^0-9]{0,12}?(?:包邮|到手|秒杀|批发|拿货|顺丰|现货)")
GOODS_BEFORE = re.compile(
    "(?:包|包包|鞋|鞋子|表|腕表|手表|腰带|皮带|衣|外套|裤|项链|手链|裙|墨镜|眼镜|围巾|丝巾|帽|t恤|卫衣|羽绒服"
    "|钱夹|香水|口红|货|仿|刻|单|质|"
    "lv|gucci|chanel|dior|nike|adidas|prada|hermes|rolex|ysl|mcm|coach|dw|aj) ?$"
)
OTHER_UNIT = re.compile(
    r"[a-z]|[-/.:：][0-9]| ?(?:多|余|来)?(?:年|月|日|号|点|分|秒(?!杀)|小时|天|周|个|件|只(?!要)|双|条|款|套|张"
    r"|本|台|人|位|名|码|楼|层|级|折|倍|斤|克|公里|岁|寸|英寸|"
    r"度|届|届|次|集|章|页|期|路|街|弄|栋|室|班|届|家|种|色|粒|片|瓶|箱|盒|支|部|辆|颗|步|票|播放|浏览|阅读|赞"
    r"|粉|单(?!价)|股|吨|平|升|里|余|\+|%|％|‰|℃|°|"
    r"米|画质|屏|金|高清|gold|hours?|days?|years?|left|pcs|pieces|people|followers|views|likes|items?|size"
    r"|colou?rs?|weeks?|months?|mins?|minutes?)"
)
_OTHER_FIRST = frozenset(
    "abcdefghijklmnopqrstuvwxyz-/.:：多余来年月日号点分秒小天周个件只双条款套张本台人位名码楼层级折倍斤克公里岁寸英度届次集章页期路街"
    "弄栋室班家种色粒片瓶箱盒支部辆颗步票播浏阅赞粉单股吨平升+%％‰℃°米画屏金高"
)
"""The first signs of what the pattern above matches, after its space."""


def other_unit(plain: str, end: int) -> bool:
    """Whether the number that ends here counts something else than money."""
    after = plain[end : end + 1]
    sign = plain[end + 1 : end + 2] if after == " " else after
    return sign in _OTHER_FIRST and OTHER_UNIT.match(plain, end) is not None


ENGLISH_END = re.compile(r" *(?:$|[,;!?)\n/]|\.(?![0-9])|was|now|retail|rrp|shipped|free|each|obo|incl|only|usd|\()")
END = re.compile(r" ?(?:$|[,，。.！!?？;；)）\n~～、]|[\u2600-\u27bf\U0001f300-\U0001faff])| ")
RANGE_TO = re.compile(r" ?[-~～—–至到] ?[¥￥$€£]?[0-9][0-9.,]{0,11}(?:元|块|r(?![a-z0-9])|包邮|起)")
RANGE_FIRST = frozenset("-~～—–至到")
LENGTHS = frozenset({100, 200, 400, 500, 800, 1000, 1500, 2000, 3000, 5000, 10000})
LENGTH_WORD = re.compile("(?:长|宽|高|深|远|距离?|离|海拔|跑|游|约|近) ?$")
