"""Recipients from pasted text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recipients.parse import Pasted, parse
from core.recipients.phones import cut_phones
from core.recipients.several import parse_all

PLACE = ("四川省", "成都市", "锦江区", "春熙路8号")
LI = ("李四", "13800000001", "", *PLACE)
WANG = ("王五", "13900000002", "", "江苏省", "南京市", "鼓楼区", "中山北路30号")


def parts(pasted: Pasted) -> tuple[str, ...]:
    """Name, phone, extension, province, city, district, detail."""
    found = (pasted.name, pasted.phone, pasted.extension, pasted.province, pasted.city, pasted.district)
    return (*found, pasted.detail)


class TestOne:
    @pytest.mark.parametrize(
        "text",
        [
            "李四 13800000001 四川省成都市锦江区春熙路8号",
            "四川省成都市锦江区春熙路8号 李四 13800000001",
            "李四13800000001四川省成都市锦江区春熙路8号",
            "四川省成都市锦江区春熙路8号李四13800000001",
            "四川省成都市锦江区春熙路8号（李四收）13800000001",
            "李四，13800000001，四川成都锦江区春熙路8号",
            "李四，86-13800000001，四川省 成都市 锦江区 春熙路8号 ，000000",
            "收货人：李四\n手机号码：138-0000-0001\n所在地区：四川省成都市锦江区\n详细地址：春熙路8号",
            "【收件人】李四【电话】+86 138 0000 0001【地址】四川省成都市锦江区春熙路8号",
            "李四\n13800000001\n四川省成都市锦江区\n春熙路8号",
            "地址是四川省成都市锦江区春熙路8号，名字叫李四，电话是13800000001",
            "四川省-成都市-锦江区-春熙路8号-李四-13800000001",
            "李四/13800000001/四川省成都市锦江区春熙路8号",
            "李四 １３８００００００01 四川省成都市錦江區春熙路８號",
            "四川四川省成都市锦江区四川省成都市锦江区春熙路8号 李四 13800000001 610000",
            "麻烦寄到四川省成都市锦江区春熙路8号，李四 13800000001 谢谢",
            "成都市锦江区春熙路8号 李四 13800000001",
            "锦江区春熙路8号 李四 13800000001",
            "你好 我的地址是四川省成都市锦江区春熙路8号 我叫李四 电话13800000001",
            "老板你好，我是李四，住在四川省成都市锦江区春熙路8号，13800000001",
            "亲，联系人李四 13800000001 地址在四川省成都市锦江区春熙路8号",
            "四川省成都市锦江区春熙路8号 李四收件 13800000001 发顺丰",
            "四川省成都市锦江区春熙路8号用中通发 李四 13800000001 谢谢老板",
            "李四 13800000001 四川省成都市锦江区春熙路8号谢谢 备注轻拿轻放",
            "李四 1 3 8 0 0 0 0 0 0 0 1 四川省成都市锦江区春熙路8号",
            "李四 13800 000001 四川省成都市锦江区春熙路8号",
            "李四 1380 0000 001 四川省成都市锦江区春熙路8号",
            "李四 13 80 00 00 00 1 四川省成都市锦江区春熙路8号",
            "李四 １３８．０００．００００１ 四川省成都市锦江区春熙路8号",
            "李四 (138)0000-0001 四川省成都市锦江区春熙路8号",
        ],
    )
    def test_whatever_the_form(self, text: str) -> None:
        assert parts(parse(text)) == LI

    @pytest.mark.parametrize(
        ("text", "name", "phone", "extension"),
        [
            ("张三[1234] 13800000001-1234 四川省成都市锦江区春熙路8号[1234]", "张三", "13800000001", "1234"),
            ("张三 13800000001转1234 四川省成都市锦江区春熙路8号", "张三", "13800000001", "1234"),
            ("张三 13800000001,1234 四川省成都市锦江区春熙路8号", "张三", "13800000001", "1234"),
            ("张三 13800000001，转 1234 四川省成都市锦江区春熙路8号", "张三", "13800000001", "1234"),
            ("张三 13800000001（分机1234）四川省成都市锦江区春熙路8号", "张三", "13800000001", "1234"),
            ("张三 13800000001#1234 四川省成都市锦江区春熙路8号", "张三", "13800000001", "1234"),
            ("张三 13800000001 12 四川省成都市锦江区春熙路8号", "张三", "13800000001", ""),
            ("张三 13800 000001 2 四川省成都市锦江区春熙路8号", "张三", "", ""),
            ("张三 13800 0000 01 四川省成都市锦江区春熙路8号", "张三", "", ""),
            ("张三 028-66000000 四川省成都市锦江区春熙路8号", "张三", "028-66000000", ""),
            ("张三 (028)66000000-801 四川省成都市锦江区春熙路8号", "张三", "028-66000000", "801"),
            ("Tom Li 13800000001 四川省成都市锦江区春熙路8号", "Tom Li", "13800000001", ""),
            ("阿依古丽·买买提 13800000001 四川省成都市锦江区春熙路8号", "阿依古丽·买买提", "13800000001", ""),
            ("欧阳娜娜 13800000001 四川省成都市锦江区春熙路8号", "欧阳娜娜", "13800000001", ""),
            ("董阿姨 13800000001 四川省成都市锦江区春熙路8号", "董阿姨", "13800000001", ""),
            ("张三 138****0001 四川省成都市锦江区春熙路8号", "张三", "", ""),
        ],
    )
    def test_names_and_phones(self, text: str, name: str, phone: str, extension: str) -> None:
        assert parts(parse(text)) == (name, phone, extension, *PLACE)

    def test_the_address_is_kept_as_it_was_written(self) -> None:
        assert parse("李四 13800000001 四川成都 锦江区 春熙路8号").address == "四川成都锦江区春熙路8号"

    def test_a_comma_within_the_detail_stays_and_courtesy_goes(self) -> None:
        assert (
            parse("李四，13800000001，河北省唐山市路北区大庆道25号，109室 尽快发货谢谢").detail == "大庆道25号，109室"
        )

    def test_it_shows_nobody_in_a_traceback(self) -> None:
        assert repr(parse("李四 13800000001")) == "Pasted(…)"


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "province", "city", "district", "detail"),
        [
            ("湖北省襄樊市小水街222号", "湖北省", "襄阳市", "", "小水街222号"),
            ("北京市宣武区广安门内大街1号", "北京市", "北京市", "西城区", "广安门内大街1号"),
            ("湖南省长沙市宁乡县一环北路88号", "湖南省", "长沙市", "宁乡市", "一环北路88号"),
            ("山东省莱芜市莱城区鲁中大街38号", "山东省", "济南市", "莱芜区", "鲁中大街38号"),
            ("吉林省四平市公主岭市东三街2号", "吉林省", "长春市", "公主岭市", "东三街2号"),
            ("柳州地区鹿寨县中渡镇石祥村5组", "广西壮族自治区", "柳州市", "鹿寨县", "中渡镇石祥村5组"),
            ("重庆市渝北区新南路168号", "重庆市", "重庆市", "渝北区", "新南路168号"),
            ("新疆和田地区和安县幸福路1号", "新疆维吾尔自治区", "和田地区", "和安县", "幸福路1号"),
            ("河南省济源市黄河大道118号", "河南省", "", "济源市", "黄河大道118号"),
            ("海南省省直辖县级行政区划琼海市银海路1号", "海南省", "", "琼海市", "银海路1号"),
            ("广东省东莞市长安镇兴发南路68号", "广东省", "东莞市", "", "长安镇兴发南路68号"),
            ("内蒙通辽科左后旗甘蓝子街98号", "内蒙古自治区", "通辽市", "科尔沁左翼后旗", "甘蓝子街98号"),
            ("四川凉山州西昌市航天大道一段3号", "四川省", "凉山彝族自治州", "西昌市", "航天大道一段3号"),
            ("北海市重庆路11号", "广西壮族自治区", "北海市", "", "重庆路11号"),
            ("河南省郑州市郑东新区东风东路1号", "河南省", "郑州市", "郑东新区", "东风东路1号"),
            ("河北省雄安新区容城县容城镇奥威路1号", "河北省", "保定市", "容城县", "容城镇奥威路1号"),
            ("成都市天府新区双流区华阳街道1号", "四川省", "成都市", "双流区", "华阳街道1号"),
            ("湖南省湘江新区岳麓区枫林路2号", "湖南省", "长沙市", "岳麓区", "枫林路2号"),
            ("河北省雄安新区启动区1号路", "河北省", "", "", "雄安新区启动区1号路"),
            ("中山路5号", "", "", "", "中山路5号"),
        ],
    )
    def test_old_short_and_odd_ones(self, text: str, province: str, city: str, district: str, detail: str) -> None:
        assert parts(parse(text))[3:] == (province, city, district, detail)

    def test_a_district_of_several_cities_is_asked_about(self) -> None:
        pasted = parse("李四 13800000001 鼓楼区中山北路30号")
        assert {place.city for place in pasted.places} == {"南京市", "徐州市", "福州市", "开封市"}
        assert (pasted.city, pasted.district, pasted.lacks) == ("", "鼓楼区", ("city",))

    @pytest.mark.parametrize(
        ("text", "lacks"),
        [
            ("13800000001 四川省成都市锦江区春熙路8号", ("name",)),
            ("李四 四川省成都市锦江区春熙路8号", ("phone",)),
            ("李四 13800000001", ("city", "detail")),
            ("李四 13800000001 四川省成都市锦江区", ("detail",)),
            ("", ("name", "phone", "city", "detail")),
        ],
    )
    def test_what_is_missing_is_named(self, text: str, lacks: tuple[str, ...]) -> None:
        assert parse(text).lacks == lacks


class TestSeveral:
    @pytest.mark.parametrize(
        "text",
        [
            "李四 13800000001 四川省成都市锦江区春熙路8号\n王五 13900000002 江苏省南京市鼓楼区中山北路30号",
            "1. 李四 13800000001 四川省成都市锦江区春熙路8号\n2. 王五 13900000002 江苏省南京市鼓楼区中山北路30号",
            "李四\n13800000001\n四川省成都市锦江区\n春熙路8号\n\n王五\n13900000002\n江苏省南京市鼓楼区中山北路30号",
            "李四\n13800000001\n四川省成都市锦江区\n春熙路8号\n王五\n13900000002\n江苏省南京市鼓楼区\n中山北路30号",
            "李四 13800000001 四川省成都市锦江区春熙路8号；王五 13900000002 江苏省南京市鼓楼区中山北路30号",
            "李四 13800000001 四川省成都市锦江区春熙路8号 王五 13900000002 江苏省南京市鼓楼区中山北路30号",
            "四川省成都市锦江区春熙路8号 李四 13800000001，江苏省南京市鼓楼区中山北路30号 王五 13900000002",
        ],
    )
    def test_in_one_paste(self, text: str) -> None:
        assert [parts(pasted) for pasted in parse_all(text)] == [LI, WANG]

    def test_two_phones_of_one_person_are_one_recipient(self) -> None:
        assert [parts(each) for each in parse_all("李四 13800000001 13900000002 四川省成都市锦江区春熙路8号")] == [LI]


MASKED = st.from_regex(r"1[3-9][0-9][*x]{3,6}[0-9]{2,4}", fullmatch=True)


@given(MASKED, st.sampled_from(["", "张三 ", "电话"]), st.sampled_from(["", " 浙江省杭州市", "转1234"]))
def test_a_masked_number_is_never_a_phone(masked: str, ahead: str, behind: str) -> None:
    assert cut_phones(f"{ahead}{masked}{behind}", "#")[1] == []
    assert parse(f"{ahead}{masked}{behind}").phone == ""


@given(st.text(max_size=120))
def test_no_text_raises(text: str) -> None:
    assert len(parse_all(text)) >= 1


@given(
    st.text(alphabet="张三李四13800000001浙江省杭州市西湖区文路号室[]（）-/,，。:：\n 收电话地址北京朝阳", max_size=100)
)
def test_no_mixture_of_its_own_characters_raises(text: str) -> None:
    for pasted in parse_all(text):
        assert pasted.phone == "" or pasted.phone.replace("-", "").isdecimal()
