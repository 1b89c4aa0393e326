# 命令行。

command-title = 输入命令
command-open = 命令
command-label = 命令
command-go = 执行
command-flight = 数字指 { $flight } 的登机序号或座位。
command-no-open-flight = 本台没有打开的航班。请先打开，例如 f CA1501。
command-list = 可用命令
command-col-typed = 命令
command-col-does = 作用
command-col-key = 按键
command-empty = 没有输入任何内容。请从下面的列表中选择。
command-not-read = 无法识别“{ $typed }”。未执行任何操作。请从下面的列表中选择。
command-no-guest = “{ $typed }”既不是登机序号也不是座位。请输入其中之一，例如 b 42 或 b 14C。
command-no-seat = “{ $typed }”不是座位。请输入排号和字母，例如 seat 42 14C。
command-no-weight = “{ $typed }”不是重量。请输入公斤数，例如 bag 42 18。
command-no-tag = “{ $typed }”不是行李牌号。请输入十位数字。
command-no-flight = “{ $typed }”不是航班号。请输入承运人和航班号，例如 CA1501。
command-flight-unknown = 此处没有 { $typed }。请查看航班页面，或导入其名单。
command-guest-unknown = 没有找到“{ $typed }”。请按姓名查找：输入 f 和姓名开头字母。
command-no-map = “{ $typed }”不是座位布局。请按舱位输入排号和字母，例如 C1-2/ACDF Y11-40/ABCHJK。
reason-typed = 由命令行输入
