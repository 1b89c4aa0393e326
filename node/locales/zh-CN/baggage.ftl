### The baggage desk.

baggage-title = 行李查询柜台
baggage-scan-label = 扫描或输入行李牌号，或扫描登机牌：自动填写记录
baggage-fill = 填写
baggage-new = 新建事故记录
baggage-what = 行李情况

incident-delayed = 少收行李
incident-damaged = 破损行李
incident-pilfered = 内物短少
incident-found = 多收行李

baggage-name = 姓名（与行李牌一致）
baggage-contact = 电话或电子邮箱
baggage-flight = 航班和日期
baggage-tag-hint = 十位数字；行李牌遗失时可不填
baggage-description = 行李特征：颜色、类型、品牌、标记
baggage-save = 保存并打印凭证
baggage-seen = 行李交接扫描
baggage-place = 地点

# A verb, on a button.
baggage-record = 记录
baggage-not-known = “{ $seen }”不是这里已知的行李牌或登机牌。请手工填写记录。

incident-other = 其他

baggage-from-tag = 来自行李牌 { $tag }
baggage-tag-not-known = 这里不知道行李牌 { $tag }
baggage-from-pass = 来自 { $name } 的登机牌
baggage-say-kind = 请选择行李情况。

not-a-flight = “{ $typed }”不是航班号。请输入承运人和航班号，例如 CA1501。

baggage-give-name = 请输入旅客姓名，与行李牌一致。
baggage-say-look = 请描述行李外观。

not-a-tag = “{ $typed }”不是行李牌。请输入十位数字。
