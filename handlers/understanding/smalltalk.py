"""Greetings, thanks and noise: words that ask for nothing."""

import re

_SAYS_NOTHING = re.compile(
    "(?:"
    "你好|您好|哈喽|哈罗|嗨|早|早上好|上午好|中午好|下午好|晚上好|晚安|早安|在吗|在不在|在么|有人吗|喂|亲|老板|大家好"
    "|谢谢|多谢|感谢|谢啦|谢了|谢|辛苦|辛苦了|麻烦了|麻烦你了|客气|不客气|没事|没关系|对不起|不好意思|抱歉"
    "|好|好的|好滴|好哒|好吧|好嘞|行|可以|收到|知道|知道了|明白|明白了|了解|懂了|嗯|嗯嗯|哦|哦哦|噢|喔|额|呃|是|是的|对|对的|没问题|没错"
    "|ok|okay|okk|k|yes|yep|yeah|no|nope|sure|fine|cool|great|nice|good|perfect|awesome|got it|understood|alright|all right|i see|right"
    "|hi|hello|hey|yo|good (?:morning|afternoon|evening|night)|morning|bye|goodbye|see you|see ya|later"
    "|thanks|thank you|thx|ty|many thanks|cheers|much appreciated|you're welcome|no problem|sorry|welcome"
    "|再见|拜拜|回见|回头见|明天见|哈|呵|嘿|嘻|嘿嘿|哈哈|呵呵|嘻嘻|lol|haha|hehe|hmm|um|uh"
    "|真棒|真好|厉害|牛|牛逼|太好了|不错|很好|完美|可以的|给力|赞|加油|好用|聪明|笨|傻|无聊|累|好累|困|饿|吃了吗|吃饭了吗|吃饭|下班|上班|开会"
    "|测试|试试|试一下|test|testing|ping|asdf|qwer|aaa|啊|呀|哎|唉|呜|啦|吧|的|了|呢|嘛|吗|么|哟|so much|very much|a lot|everyone|there|all|too|你|您|们|家|人|宝|宝子|亲亲|哥|姐|各位"
    "|天气.{0,6}|今天.{0,3}天气.{0,4}|生意.{0,6}|心情.{0,4}"
    r"|\d{1,4}|[^\w\s]|\s"
    ")+"
)


def is_small_talk(heard: str) -> bool:
    """Whether a normalised message is nothing but that."""
    return bool(_SAYS_NOTHING.fullmatch(heard))
