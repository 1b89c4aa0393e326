### 行李查询：多收行李与少收行李的匹配。

tracing-head = 查询
tracing-candidates = 可能的行李
tracing-none = 这里没有与本记录相符的未结记录。
tracing-more = 另有 { $count } 条相似度较低。
tracing-too-common = 本记录中有些特征过于常见，未作比较。请补充更多行李特征以缩小范围。
tracing-goes-with = 对应记录
tracing-disputed = 互不可见的工作台结论不一致。处理之前不得交付行李。
tracing-not-yours = 由行李查询柜台或主管确认行李归属。
tracing-compare = 比较
tracing-compare-title = 比较 { $one } 与 { $two }
tracing-compare-head = 两条记录对照
tracing-back = 返回记录
tracing-agrees = 相符：{ $reasons }
tracing-same = 相同
tracing-differs = 不同
tracing-one-says = 仅一方填写
tracing-col-surely = 把握程度
tracing-col-agrees = 相符之处
tracing-col-field = 项目

# Verbs, on buttons.
tracing-step-confirm = 确认：同一件行李
tracing-step-request = 请求行李
tracing-step-suspend = 中止查询
tracing-step-deliver = 已交付旅客
tracing-step-reject = 排除：另一件行李
tracing-step-close = 结案
tracing-step-resume = 恢复查询

command-no-report = 这里没有“{ $typed }”的记录。请给出记录编号或行李牌号。

match-grade-certain = 确定，{ $score }
match-grade-strong = 很可能，{ $score }
match-grade-possible = 可能，{ $score }
match-grade-weak = 较弱，{ $score }
match-grade-none = 无相符之处。

match-reason-tag-equal = 行李牌号相同
match-reason-part-of-the-tag-agrees = 行李牌号部分相同
match-reason-tag-differs-by-one-slip = 行李牌号差一处
match-reason-booking-equal = 订座相同
match-reason-name-equal = 姓名相同
match-reason-name-differs-by-one-slip = 姓名差一处
match-reason-brand-equal = 品牌相同
match-reason-found-on-the-route = 在航程上发现
match-reason-colour-equal = 颜色相同
match-reason-colour-near = 颜色相近
match-reason-type-equal = 类型相同
match-reason-type-near = 类型相近
match-reason-features-equal = 外部特征相同
match-reason-looks-the-same-in-all = 外观完全一致
match-reason-one-thing-inside-agrees = 一件内物相符
match-reason-things-inside-agree = 多件内物相符
match-reason-too-far-apart-in-time = 时间相距过远
match-reason-another-tag = 行李牌号不同
