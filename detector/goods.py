"""Words that are looked for beside the brands: goods, words of the trade, and everyday words that hide either."""

from __future__ import annotations

GOODS: dict[str, str] = {
    "bag": (
        "包 包包 手袋 手提包 单肩包 斜挎包 双肩包 背包 书包 腋下包 托特包 托特 水桶包 女包 男包 链条包 "
        "手提 斜挎 购物袋 "
        "箱包 手包 旅行箱 行李箱 拉杆箱 公文包 挎包 bag bags handbag handbags purse purses tote totes "
        "bumbag backpack backpacks clutch luggage shoulder_bag crossbody satchel duffle suitcase "
        "バッグ トートバッグ ショルダーバッグ ハンドバッグ リュック ボストンバッグ スーツケース"
    ),
    "wallet": (
        "钱包 钱夹 卡包 零钱包 长夹 卡夹 wallet wallets cardholder card_holder 財布 長財布 カードケース キーケース"
    ),
    "belt": ("皮带 腰带 belt belts ベルト"),
    "shoes": (
        "鞋 鞋子 球鞋 运动鞋 板鞋 跑鞋 篮球鞋 足球鞋 拖鞋 凉鞋 靴 靴子 高跟鞋 单鞋 皮鞋 老爹鞋 帆布鞋 "
        "女鞋 男鞋 雪地靴 shoe shoes sneaker sneakers boot boots slides slide sandal sandals heels pumps "
        "trainers cleats slippers footwear loafers flats kicks clog clogs "
        "波鞋 跑步鞋 松糕鞋 豆豆鞋 德训鞋 马丁靴 凉拖 布鞋 "
        "乐福鞋 小白鞋 穆勒鞋 洞洞鞋 スニーカー サンダル ブーツ パンプス 靴"
    ),
    "clothing": (
        "衣服 上衣 t恤 体恤 短袖 卫衣 外套 夹克 衬衫 牛仔裤 裤子 短裤 长裤 裙子 连衣裙 毛衣 针织衫 风衣 "
        "大衣 帽子 棒球帽 渔夫帽 男装 女装 冲锋衣 瑜伽裤 polo衫 马甲 套装 t-shirt t-shirts tshirt "
        "tshirts tee tees hoodie hoodies jacket jackets coat coats shirt shirts jeans pants shorts "
        "sweater sweaters sweatshirt sweatpants dress dresses clothing clothes apparel hat hats cap caps "
        "beanie leggings tracksuit polo_shirt polo_shirts polos outerwear parka parkas tracksuits varsity "
        "fleece tank_top windbreaker bra bras lingerie pyjamas pajamas tracky "
        "软壳 硬壳 抓绒 羊毛衫 羽绒马甲 秋衣 秋裤 恤衫 校服 polo "
        "gilet gilets jumper jumpers puffer_coat sweats joggers "
        "运动裤 卫裤 打底裤 喇叭裤 运动服 运动套装 背心 吊带 打底衫 皮衣 西装 羊绒衫 毛衫 开衫 睡衣 内衣 polo衫 "
        "tシャツ パーカー ジャケット コート ワンピース ジーンズ"
    ),
    "watch": (
        "手表 腕表 机芯 男士表 女士表 陶瓷圈 表带 腕表店 904钢 自动机械 名表 机械表 男表 女表 石英表 石英 "
        "计时表 表盘 表 "
        "watch watches timepiece timepieces chronograph wristwatch 腕時計 時計"
    ),
    "jewellery": (
        "首饰 项链 手链 手镯 戒指 耳环 耳钉 吊坠 珠宝 饰品 胸针 对戒 手串 钻戒 jewelry jewellery necklace "
        "necklaces bracelet bracelets ring rings earring earrings pendant pendants bangle bangles charm "
        "charms beads 串珠 珠串 串饰 转运珠 耳夹 银饰 ネックレス 指輪 リング ピアス ブレスレット"
    ),
    "scarf": ("围巾 丝巾 方巾 披肩 scarf scarves shawl マフラー ストール"),
    "sunglasses": (
        "墨镜 太阳镜 太阳眼镜 眼镜 镜框 sunglasses sunglass eyewear eyeglasses aviators wayfarers shades specs goggles "
        "サングラス"
    ),
    "cosmetics": (
        "口红 唇膏 粉底 粉底液 气垫 眼影 面霜 精华 化妆品 彩妆 护肤品 面膜 粉饼 腮红 眉笔 唇釉 乳液 眼霜 "
        "水乳 隔离霜 防晒霜 爽肤水 护肤水 lipstick lipsticks makeup make_up cosmetics eyeshadow "
        "foundation skincare mascara "
        "palette serum moisturizer brush_set lip_oil lip_balm blush concealer 化粧水 美容液 リップ"
    ),
    "perfume": ("香水 淡香水 古龙水 perfume perfumes cologne fragrance fragrances eau_de_parfum parfum 香水小样"),
    "headphones": (
        "耳机 蓝牙耳机 降噪耳机 弹窗 头戴式 入耳式 音箱 headphones headphone earbuds earphones earphone "
        "headset speaker speakers イヤホン ヘッドホン"
    ),
    "phone": ("手机 智能手机 phone phones smartphone smartphones cellphone"),
    "toy": (
        "玩具 积木 盲盒 手办 公仔 玩偶 毛绒 娃娃 卡牌 模型 toy toys plush figure figures figurine doll "
        "dolls blind_box building_blocks trading_cards"
    ),
    "spirits": ("酒 白酒 红酒 洋酒 葡萄酒 名酒 威士忌 干红 香槟 wine whisky whiskey cognac liquor brandy champagne"),
    "jersey": (
        "球衣 球服 队服 波衫 波恤 球衫 jersey jerseys 球衣套装 home_shirt away_shirt football_shirt football_shirts "
        "football_kit kits"
    ),
    "down_jacket": (
        "羽绒服 羽绒衣 鹅绒服 棉服 派克服 down_jacket down_jackets puffer puffer_jacket puffer_jackets "
        "ダウンジャケット ダウン"
    ),
    "medicine": (
        "药 药品 胶囊 药片 针剂 水光针 玻尿酸 隐形眼镜 美瞳 保健品 药丸 pills pill tablets medicine injection"
    ),
    "car_part": (
        "刹车片 刹车 火花塞 雨刮 雨刷 轮毂 机油 机滤 空滤 轮胎 车标 气囊 安全气囊 汽配 头盔 排气管 减震 车灯 电瓶 "
        "车钥匙 brake_pads spark_plugs spark_plug "
        "wiper_blades rims tyres wheel_caps"
    ),
    "appliance": (
        "吹风机 卷发棒 吸尘器 直发器 电饭煲 空调 剃须刀 电风扇 扫地机 洗地机 破壁机 咖啡机 美容仪 筋膜枪 "
        "hair_dryer hair_dryers hairdryer hairdryers vacuums airwrap straightener straighteners vacuum shaver blender"
    ),
    "charger": "充电器 数据线 充电头 充电宝 快充头 充头 charger chargers power_bank charging_cable",
    "electronics": "硬盘 内存条 固态硬盘 显卡 鼠标 键盘 u盘 硒鼓 墨盒 笔记本电脑 平板 游戏机 手柄 controller toner",
    "camera": "相机 镜头 单反 微单 camera cameras lens lenses dslr",
    "kitchen": (
        "保温杯 水壶 炒锅 炖锅 平底锅 珐琅锅 铸铁锅 刀具 高压锅 水杯 tumbler tumblers cookware dutch_oven knife_set"
    ),
    "tool": (
        "电钻 角磨机 冲击钻 油锯 电锤 万用表 工具箱 军刀 扳手 轴承 断路器 开关面板 锂电钻 "
        "chainsaw drill impact_driver multimeter power_tools bearings"
    ),
    "household": (
        "洗衣液 洗衣粉 洗发水 沐浴露 牙膏 电动牙刷 刷头 刀片 香皂 卫生巾 避孕套 净水器 滤芯 花露水 "
        "shampoo toothbrush razor_blades detergent condoms"
    ),
    "baby": (
        "奶粉 纸尿裤 尿不湿 婴儿车 推车 奶瓶 吸奶器 伞车 婴儿背带 stroller strollers baby_formula diapers breast_pump"
    ),
    "food": "巧克力 咖啡胶囊 薯片 饮料 chocolate",
    "pet": "猫粮 狗粮 驱虫药 驱虫 宠物药 cat_food dog_food flea_treatment",
    "tobacco": "香烟 电子烟 烟弹 卷烟 细支 烟价 雪茄 cigarettes cigars vapes",
    "pen": "钢笔 签字笔 宝珠笔 圆珠笔 fountain_pen fountain_pens ballpoint",
    "lighter": "打火机 火机 lighter lighters",
    "fishing": "渔轮 鱼竿 钓竿 路亚 纺车轮 水滴轮 渔具 鱼线 台钓竿 fishing_reel fishing_rod fishing_reels lures",
    "golf": "球杆 铁杆 推杆 一号木 高尔夫 铁杆组 木杆 golf putter putters golf_clubs golf_balls irons_set",
    "bicycle": "自行车 公路车 山地车 车架 变速套件 轮组 碳刀 bike bikes bicycle frameset groupset",
    "instrument": "吉他 钢琴 萨克斯 电吉他 贝斯 电鼓 琴弦 guitar guitars saxophone piano cymbals",
    "furniture": "椅子 躺椅 餐椅 沙发 马桶 水龙头 龙头 花洒 台灯 吊灯 休闲椅 办公椅 chair chairs sofa faucet",
    "bedding": "四件套 羽绒被 蚕丝被 床品 枕头 床垫 bedding mattress pillowcase",
    "software": "激活码 密钥 序列号 充值卡 礼品卡 license_key product_key gift_card activation_key",
    "sport": "羽毛球拍 球拍 网球拍 篮球 羽毛球 乒乓球 胶皮 护膝 滑雪板 racket rackets racquet basketball snowboard",
    "other": (
        "ipad壳 手机壳 袜子 保护套 保护壳 耳机套 耳机壳 耳帽 收纳盒 钢化膜 keyring keychain phone_case phone_cases "
        "case cases charging_case screen_protector ear_tips socks"
    ),
}
"""Category → goods words (``_`` stands for a blank)."""

TRADE = (
    "高仿 超a a货 复刻 精仿 仿品 原单 尾单 一比一 纯原 真标 公司级 过验 顶配版 对版 n厂 vs厂 c厂 zf厂 "
    "clean厂 ppf og纯原 专柜 奢侈品 大牌 名牌 莆田 replica replicas outlet "
    "outlets counterfeit knockoff knockoffs knock-off knock-offs ljr pk_batch og_batch budget_batch "
    "colorway colorways"
)
"""Words of this trade: beside them an everyday alias is a brand whatever the goods."""

OFFER = (
    "元 块 块钱 圆 ¥ ￥ rmb 人民币 元起 块一 块包邮 包邮 现货 全新 正品 全新正品 正品保证 到手 到手价 "
    "一件代发 代发 批发 拿货 清仓 甩卖 特价 秒杀 出闲置 出一 转让 尺码齐 尺码 配盒 全套包装 带盒 吊牌 "
    "新品 円 日元 送料無料 激安 "
    "$ € £ ₹ ₱ ฿ ₩ us$ hk$ nt$ s$ a$ rm usd eur gbp cad aud aed yuan cny quid bucks dollars euros pounds pesos "
    "genuine authentic real original brand_new bnwt bnib new_with_tags in_stock for_sale selling cheap wholesale "
    "free_shipping dm_me shipped clearance sizes all_sizes"
)
"""Signs of an offer: prices and words of sale."""

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
    "watch_it night_watch hollister_california 小香风 小香味 老花镜 老花眼 麦当劳 大鹅蛋 大鹅肉 炖大鹅 马家沟 小白菜 "
    "白菜价 大白菜 爱彼迎 潘多拉魔盒 潘多拉的盒子 茅台镇 洋河股份 回力镖 红牛车队 老庙会"
)
"""Everyday words that hide goods words or aliases. They are matched first and count for nothing."""
