"""Which piece of a pasted address is the person's name."""

import re
from dataclasses import dataclass

from core.patterns import pattern

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰"
    "焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连"
    "芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀"
    "胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦"
    "戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_DOUBLE_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 端木 夏侯 长孙 宇文 轩辕 独孤 南宫 西门 东郭 百里 呼延"
    " 闻人 澹台 公冶 宗政 濮阳"
    " 淳于 单于 太叔 申屠 公羊 仲孙 钟离 鲜于 闾丘 司空 亓官 拓跋 完颜 纳兰 赫连".split()
)
_TITLE = (
    "先生|女士|小姐|太太|老师|阿姨|叔叔|师傅|老板|经理|医生|同学|美女|帅哥|总|哥|姐|姨|叔|嫂|爷爷|奶奶|大爷|大妈|妈妈"
    "|爸爸"
)
_TITLED = pattern(rf"^[\u4e00-\u9fff]{{1,4}}(?:{_TITLE})$")
_RECEIVES = pattern(r"\s*[(（]?(?:亲收|代收|签收|查收|亲启|收[件货]?)[)）]?$")
_AROUND = " \t,，.。:：;；、-—_·@#*\"'“”"
_SIGNS = pattern(r"[()（）\[\]【】「」]")
_TO = pattern(r"^(?:致|寄到|发到|[\u4e00-\u9fff]{0,8}?[给畀俾])(?=[\u4e00-\u9fff]{2})")
_ERRAND = pattern(r"(?<=..)(?:寄|补发|补寄|发一|捎|邮一|打一|快递一).*$")  # 给罗叔寄一箱橙子
_LATIN = pattern(r"[A-Za-z][A-Za-z.'\-\ue005]{0,30}")
_HAN = pattern(r"[\u3400-\u9fff]+")
_MIXED = pattern(r"[阿小大老][A-Za-z]{1,8}|[A-Za-z]{1,8}(?:姐|哥|总|老师)")
_DOTTED = pattern(r"[\u4e00-\u9fff]{1,8}(?:[·•・‧∙.．][\u4e00-\u9fff]{1,8})+")
_END_OF_A_PLACE = pattern(
    "(?:[路街道巷弄号栋幢座楼室层元村组队屯庄镇乡区县市省院店厂校园苑城府湾坊门口站场部铺馆桥寓厦司局所社库房户排期段侧旁边处柜岗塘墩埔]|附近|对面|中心|广场|驿站|超市|宾馆|酒店|前台|门卫|小学|中学|大学)$"
)
_NUMBERED = pattern(
    r"\d+\s*[#-]|[\d一二三四五六七八九十]+\s*(?:号|栋|幢|座|楼|室|层|单元|组|弄|巷|路|街|期|队|户|排|米|区)"
)
_NO_NAME = pattern(
    "地址|收货|收件|发货|发到|寄|麻烦|尽快|谢谢|请|帮|快递|电话|手机|邮编|备注|改|打单|运单|面单|单号|改成|联系|不要|勿|送货|放在|放到|下单|订单|拜托|加急|急"
    "|圆通|中通|申通|韵达|极兔|顺丰|京东|邮政|德邦|[?？!！:：]|(?i:\\b(?:ship|send|to|by|please|address|change|order|label|the|one|for|via|with|and|new|deliver|post)\\b)"
)
_CLOSED = pattern(
    r"(?:[0-9A-Za-z)）]|[号栋幢座楼室层元户房店院厂司部铺馆口站场园苑库局所校处边旁面侧内村组队屯庄吃府寓厦社])$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a pasted text between two separators, and where it stands."""

    text: str
    is_first: bool = False
    is_last: bool = False
    by_phone: bool = False
    is_before_place: bool = False
    follows_place: bool = False  # the first piece behind province, city and district


def cleaned(name: str) -> str:
    """Without brackets, 收 and what else stands around a name."""
    bare = _SIGNS.sub("", name.strip(_AROUND))
    if len(bare) > 1 and (to := _TO.match(bare)):
        bare = _ERRAND.sub("", bare[to.end() :])
    return _RECEIVES.sub("", bare).strip() if len(bare) > 1 else bare


def likeness(piece: Piece) -> float:
    """How much a piece looks like a name; below 3 it is none."""
    name = cleaned(piece.text)
    shape = _shape(name)
    if not shape or _NO_NAME.search(name) or _NUMBERED.search(name):
        return 0
    place = (
        4 if _END_OF_A_PLACE.search(name) and len(name) > 2 - piece.follows_place and not piece.is_before_place else 0
    )
    by_place = 2 * piece.by_phone + 2 * piece.is_before_place + piece.is_first + piece.is_last - 2 * piece.follows_place
    return shape + by_place - place


def is_street(text: str) -> bool:
    """Whether a piece is part of an address."""
    return bool(_END_OF_A_PLACE.search(text) or _NUMBERED.search(text))


def _shape(name: str) -> float:
    if _DOTTED.fullmatch(name):
        return 7
    if _HAN.fullmatch(name):
        return _shape_of_han(name)
    if _MIXED.fullmatch(name):
        return 6
    if _LATIN.fullmatch(name):
        return 4 if len(name) > 1 else 2
    return 1.5 if 1 < len(name) <= 12 and not name.isdigit() else 0  # noqa: PLR2004 - a nickname with signs


def _shape_of_han(name: str) -> float:
    if _TITLED.match(name):
        return 6.5
    if has_surname(name):
        return {2: 6.0, 3: 6.5}.get(len(name), 5.5)
    return {1: 2.0, 2: 3.5, 3: 3.5, 4: 3.0}.get(len(name), 1.0)


def has_surname(name: str) -> bool:
    """Whether it is built like a Chinese name: a surname and one or two characters."""
    if name[:2] in _DOUBLE_SURNAMES and len(name) in {3, 4}:
        return True
    return name[:1] in SURNAMES and len(name) in {2, 3}


def split_glued(text: str, *, by_phone: bool) -> tuple[str, str]:
    """Address and name where nothing stands between them: 小吃A张三, 公司高潮收, 5楼李娜女士. No name: the text and "".

    Away from a phone only a name right behind a house number counts.
    """
    bare = _RECEIVES.sub("", text)
    told_to_receive = bare != text
    best, place = 0.0, len(bare)
    for length in (2, 3, 4, 5):
        address, name = bare[:-length], bare[-length:]
        score = _fit(address, name)
        if score > best:
            best, place = score, len(address)
    enough = 1.0 if by_phone or told_to_receive else 3.0
    return (bare[:place], bare[place:]) if best > enough else (text, "")


def _fit(address: str, name: str) -> float:
    titled = bool(_TITLED.match(name)) and name[0] in SURNAMES
    if not address or not _HAN.fullmatch(name) or not (has_surname(name) or titled):
        return 0
    if _END_OF_A_PLACE.search(name) or _NO_NAME.search(name):
        return 0
    closed = bool(_CLOSED.search(address))
    numbered = bool(re.search(r"[0-9A-Za-z号室栋座楼层元户]$", address))
    return 1 + 2 * closed + numbered + 0.4 * (len(name) == 3) + 2 * titled  # noqa: PLR2004 - most names have three
