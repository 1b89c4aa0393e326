### Check-in, seats and bags at the counter.

counter-find-label = 查找：姓名、记录编号、座位、登机序号、行李牌，或扫描登机牌、护照
counter-find = 查找
counter-guests = 旅客
counter-found = “{ $query }”的查找结果
counter-of = { $shown }/{ $all }
counter-hint = 请扫描登机牌，或输入姓名的前几个字母。
counter-nobody = 没有找到“{ $query }”。
counter-nobody-hint = 请改用记录编号，或少输几个字母。名单上没有的旅客，连通中心后可向中心查询。
counter-match = 共有 { $count } 位旅客符合。请多输几个字母以缩小范围。
counter-flight = { $route }，{ $date }，计划起飞 { $std }
counter-take-over = 接管 { $flight }
counter-tag-for = { $owner } 的行李牌，{ $weight }
counter-print-tag = 打印行李牌
counter-check-in-guest = 值机 { $name }
counter-kind = { $kind }，{ $status }
counter-pass = 登机牌
counter-bag-to = { $weight }，至 { $destination }
counter-no-bags = 无行李
counter-change-seat = 换座位
counter-offload = 减客
counter-together = 一起值机
counter-together-hint = 勾选的旅客一次得到座位和登机序号。
counter-add-bag = 添加行李

# Before a choice of guests: whose bag it is.
counter-bag-of = 行李属于
counter-weight = 重量（公斤）
counter-take-bag = 收运行李

not-a-seat = “{ $typed }”不是座位。请输入排号和字母，例如 14C。
not-a-weight = “{ $typed }”不是重量。请输入公斤数，例如 18。

counter-seat-head = 为 { $name } 换座位
counter-seat-none = 尚无座位。
counter-seat-now = 现座位 { $seat }。旅客将得到新的登机牌。
counter-no-locator = 无记录编号
counter-child = 儿童
counter-adult = 成人

# A guest whom no list names.
counter-add-head = 名单上没有的旅客
counter-add-hint = 旅客等候座位，由登机口给出。
counter-add-flight = 航班
counter-add-name = 护照姓名，姓在前
counter-add-number = 票号或订座编码
counter-add-mark = 原因
counter-add-no-rec = 已订座，名单上没有
counter-add-go-show = 没有订座
counter-add = 登记旅客
not-a-number = “{ $typed }”既不是票号也不是订座编码。请给出 13 位数字，或六位字母和数字。
counter-pool = 行李并入
counter-pool-none = 不合并
counter-own-tag = 已挂的行李牌
counter-heavy = 超重标签
