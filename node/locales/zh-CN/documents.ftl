### 柜台的旅行证件，以及交给主管机关的名单。

documents-open = 证件
documents-look = 查验证件
documents-head = { $name } 的证件
documents-rule-none = 国内行程：没有机关要求查验证件。
documents-rule-send-later = 如无法询问主管机关，旅客可以成行：先记录，稍后发送。
documents-rule-supervisor = 如无法询问主管机关，由主管决定。
documents-rule-refuse = 未得到主管机关答复，不得成行。请致电主管机关，或请旅客等候。
documents-lines = 机读码
documents-lines-hint = 可在此处或本页任意位置扫描护照或签证，也可以输入机读码。
documents-read = 读取
documents-give-lines = 请先扫描或输入机读码。
documents-typed = 或手工输入
documents-kind = 证件
documents-passport = 护照
documents-visa = 签证
documents-card = 身份证件
documents-issuer = 签发国
documents-nationality = 国籍
documents-ending = 号码
documents-ending-hint = 只保存最后三位。
documents-expires = 有效期至
documents-expires-hint = 年、月、日：2031-04-15。
documents-selected = 已被选中复查（仅供工作人员）
documents-who-hint = 主管在您身旁，输入工号和 PIN。
documents-do-seen = 符合要求
documents-do-send-later = 记录，稍后发送
documents-do-supervisor = 主管同意成行
documents-do-refuse = 不接受
documents-seen = 证件符合要求
documents-sent-later = 证件已记录，稍后通知主管机关
documents-supervised = 主管已同意成行
documents-are-refused = 证件未被接受
documents-not-seen = 尚未查验证件
documents-shown = { $kind } { $issuer }，号码尾号 { $ending }
    .until = { $kind } { $issuer }，号码尾号 { $ending }，有效期至 { $day }
documents-other-name = 证件姓名为 { $read }，名单姓名为 { $listed }。
documents-over = 航班当日证件已过有效期。
documents-not-a-state = 请按证件输入国家代码：一至三个字母，例如 CHN。
documents-not-a-day = 请按年、月、日输入有效期，例如 2031-04-15。
mrz-not-a-zone = 这不是旅行证件的机读码。请给出全部各行：两行各 44 或 36 个字符，或三行各 30 个字符。
mrz-letter = 第 { $line } 行有机读码中不会出现的字符。请重新读取。
mrz-check-digit = 校验位不符：{ $what }。请重新读取证件。
mrz-number = 号码
mrz-birth = 出生日期
mrz-expiry = 有效期
mrz-personal = 个人号码
mrz-whole = 整个证件
mrz-half = 已读取证件的一部分
mrz-half-words = 请扫描下一行。

# The list for the authorities.
authorities-open = 主管机关名单
authorities-title = 主管机关名单，{ $flight }
authorities-csv = 下载表格（CSV）
authorities-unasked = 未经主管机关答复即成行
authorities-nobody = 没有需要通知主管机关的旅客。
authorities-locator = 订座编码
authorities-document = 证件
authorities-number = 完整号码
authorities-number-hint = Apron 不保存证件号码。请按证件或航空公司订座记录填写。
authorities-by = 查验人
authorities-missing = 尚未查验
authorities-all-seen = 所有证件均已查验。
authorities-selected = 已被选中复查
authorities-selected-hint = 仅供工作人员：不打印，也不在表格中。
authorities-none-selected = 没有被选中的旅客。

permission-list-documents = 查看主管机关名单
permission-rush-bags = 挂速运行李牌

# What rules say.
refusal-document-not-clear = 不清楚是哪一种证件。
    .remedy = 请给出种类（P、V、I）和国家三字代码，例如 CHN。
refusal-number-too-long = 这里不保存证件号码。
    .remedy = 请只给出最后三位。
todo-document-expired = { $name } 的证件在航班当日已过有效期。请查验其他证件。
