### 无法读取的文本：读取器遇到的每一种问题。英文写在 schemas/src/unread.rs 和 schemas/src/json.rs 中，因此 en/ 中没有此文件。

## 代码、编号和时间

unread-locator = “{ $found }”不是订座编号。应为五到八位字母和数字，例如 K7P2QX。
unread-carrier = “{ $found }”不是航空公司代码。应为两位字母或数字，例如 CA 或 3U，或三位字母。
unread-airport = “{ $found }”不是机场代码。应为三位大写字母，例如 PVG。
unread-flight-number = “{ $found }”不是航班号。应为航空公司代码加一到四位数字，例如 CA1501。
unread-flight-of-day = “{ $found }”不是某日的航班。应为航班、日期和航站，例如 CA1501.2026-11-22.PVG。
unread-seat = “{ $found }”不是座位。应为排号（1 到 999）加字母，例如 14C。
unread-day = “{ $found }”不是日期。应类似 28AUG。
unread-time = “{ $found }”不是时间。应为时和分，例如 14:05。
unread-staff-number = “{ $found }”不是工号。应为 2 到 16 位大写字母和数字，例如 4711。
unread-staff-rule = 工号不能以 RULE 开头：该词表示 Apron 自动完成的操作。
unread-role = “{ $found }”不是已知的岗位。
unread-allowed = “{ $found }”既不是 *，也不是 PVG、PEK 这样的代码。
unread-call = “{ $found }”不是登机广播的对象。应类似 rows-21-30、cabin-C、all 或 final。
unread-scope = “{ $found }”不是数据范围。应类似 PVG/2026-11-22/CA。
unread-file-reference = “{ $found }”不是案卷编号。应为航站、航空公司和五位数字，例如 PVGCA12345。
unread-reference = “{ $found }”不是本站的编号。应类似 PVG-CA-T00042-7。
unread-reference-check-digit = “{ $found }”有误：末位校验数字不符。请与回执核对。
unread-reference-number = { $number } 过大：编号只有五位数字。

## 行李牌和行李外观

unread-bag-tag = “{ $found }”不是行李牌。请重新扫描，或输入十位数字。
unread-bag-tag-no-read = 0000000000 是分拣机读不出行李牌时给出的号码。请扫描行李牌本身。
unread-bag-tag-no-airline = “{ $found }”中没有航空公司号码（000）。请核对第二到第四位数字。
unread-bag-tag-airline = 这里不知道 { $carrier } 的行李牌号码。请输入行李牌的全部十位数字。
unread-bag-tag-parts = 首位 { $leading }、航空公司 { $airline }、序号 { $serial } 不能组成行李牌：应分别为一位、三位和六位数字。
unread-bag-look = “{ $found }”不是行李外观代码。应为两位颜色字母和两位类型数字，例如 BK22。
unread-bag-colour = { $colour } 不是颜色代码。请从列表中选择。
unread-bag-type = { $kind } 不是行李类型代码。请从列表中选择。
unread-bag-element = { $element } 不是行李外部特征代码。请从列表中选择。

## 座位图

unread-seat-block = “{ $found }”不是一组座位。请给出舱位、排号和字母，例如 C1-2/ACDF；没有的座位写作 -11A。
unread-seat-map-empty = 座位图为空。请给出每个舱位的排号和字母，例如 Y11-40/ABCHJK。
unread-seat-twice = 座位 { $seat } 在图中出现两次。每排只给出一次。
unread-seat-map-long = 座位图的部分过多。请把相同的排合为一组。

## 报文

unread-message-empty = 报文是空的。请发报方重发。
unread-message-type = “{ $found }”不是这里能读取的报文类型。报文已按原样保存。
unread-message-no-flight = 报文没有航班行。请发报方重发。
unread-message-flight = “{ $found }”不是 CA1501/22NOV PVG PART1 这样的航班行。
unread-message-date = “{ $found }”不是任何一年中的日期。请向发报方询问航班日期。
unread-message-no-tag = 报文没有行李牌号。请发报方重发。
unread-message-line = { $kind } 报文中的“{ $found }”无法读取。
unread-line-kind = 这里不使用这类行。
unread-no-such-day = 航班日期不存在。
unread-no-such-day-near = 前后各月都没有 { $day } 日。
unread-no-date = { $flight } 没有日期。
unread-no-bag-station = 报文没有说明行李在哪个航站。
unread-no-flight-station = 报文没有说明航班在哪个航站。

## 表格（CSV）的行

unread-csv-flight = 航班：{ $error }
unread-csv-date = 日期不是该航空公司已知的任何格式，例如 2026-11-22。
unread-csv-from = 始发站：{ $error }
unread-csv-to = 目的地：{ $error }
unread-csv-seat = 座位：{ $error }
unread-csv-no-name = 缺少姓名。
unread-csv-name = 这不是姓名：应有字母，最多一条斜线，最多 60 个字符。

## API 的正文和地址

unread-json = 正文不是 JSON：请查看第 { $line } 行第 { $column } 列。
unread-json-end = 正文在中间结束：第 { $line } 行第 { $column } 列。
unread-json-missing = 缺少“{ $field }”。
unread-json-twice = “{ $field }”出现两次。
unread-json-unknown = 这里不知道“{ $name }”。
unread-json-unknown-of = 这里不知道“{ $name }”。已知的有：{ $known }。
unread-json-form = 应为{ $wanted }，却是{ $found }。
unread-json-value = 某个值的形式与要求不符。
unread-json-own = { $error }
unread-form-text = 文本“{ $found }”
unread-form-number = 数字 { $found }
unread-form-boolean = “{ $found }”
unread-form-null = null
unread-form-list = 列表
unread-form-object = 对象
unread-form-other = 其他内容
unread-wanted-number = 该范围内的整数
unread-wanted-text = 文本
unread-wanted-boolean = true 或 false
unread-wanted-list = 列表
unread-wanted-nothing = 空
unread-wanted-command = 带有 "kind" 的对象
unread-wanted-object = 对象
unread-wanted-other = 另一种形式的值
unread-not-utf-8 = 正文不是文本：第 { $at } 字节无法读取。
unread-query = 地址中问号之后的内容无法读取。
unread-query-value = “{ $field }”的值无法读取。

trouble-body-not-read = 正文无法读取：{ $error }
    .remedy = 请按 API 说明（/api/v1/openapi.json）更正后重新发送。
trouble-query-not-read = 地址无法读取：{ $error }
    .remedy = 请按 API 说明（/api/v1/openapi.json）更正后重新发送。

## 未应用的报文是如何了结的

settled-came-again = 再次收到并已应用。
settled-corrected = 用更正后的文本应用。
settled-applied = 已应用。
settled-waits-as = 已更正；新文本保存为 { $id }，等待中。
settled-came = 等待的内容已到。

refusal-not-tried = 正在保存报文时，本节点停止了。
    .remedy = 请重新处理。
