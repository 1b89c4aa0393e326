### 行李运输事故记录：表格、期限、副本。

incident-title = 事故记录 { $reference }
incident-copy = 打印副本
incident-receipt = 凭证
incident-whole-file = 完整记录
incident-back = 返回记录
incident-parts = 记录各部分
incident-save = 保存记录
incident-one-more-bag = 增加一件行李
incident-not-chosen = 未选择
incident-not-outside = 尚未在本机场以外查询。
incident-whole = 完整
incident-missing = 缺 { $count } 项：{ $fields }
incident-bag = 第 { $bag } 件行李
incident-of-bag = { $field }（第 { $bag } 件）
incident-inside = 第 { $bag } 件行李的内物
incident-written = 互不可见的工作台填写不同：{ $values }。请选择一个并保存，或在冲突页处理。
incident-not-read = { $field }：无法识别“{ $typed }”。
incident-changed-meanwhile = { $field }在此期间已改为：{ $value }。再次保存将以您的内容代替。
incident-date = { $year }年{ $day }
incident-day-time = { $day } { $time }

incident-part-guest = 旅客
incident-part-flights = 航班
incident-part-bags = 行李
incident-part-contents = 内物
incident-part-delivery = 送还
incident-part-claim = 索赔

incident-hint-flights = 航班和日期，例如 CA1501/22NOV LH721/23NOV
incident-hint-route = 依次填写机场，例如 PVG PEK FRA
incident-hint-language = 语言代码，例如 en、zh-CN、fr
incident-hint-money = 金额和货币，例如 120.50 CNY
incident-hint-elements = 最多三项

# How far finding the bag has come.
incident-stage-open = 查询中
incident-stage-claim = 索赔处理中
incident-stage-confirmed = 已找到行李
incident-stage-requested = 已请求行李
incident-stage-suspended = 查询已中止
incident-stage-delivered = 已交付
incident-stage-closed = 已结案
incident-stage-disputed = 需处理

# Dates of the Montreal Convention.
incident-limit-complain-of-damage = 破损书面异议截止
incident-limit-complain-of-delay = 延误书面异议截止
incident-limit-counts-as-lost = 视为遗失起算日
incident-limit-go-to-court = 诉讼时效截止
incident-due-past = { $what } { $date }：已过 { $days } 天
incident-due-today = { $what } { $date }：今天
incident-due-soon = { $what } { $date }：还有 { $days } 天
incident-due-later = { $what } { $date }

incident-copy-title = 事故记录副本 { $reference }
incident-copy-head = 行李运输事故记录
incident-copy-taken = 受理：{ $day } { $time }，{ $desk }，工号 { $staff }
incident-copy-means = 本副本证明已受理该记录，不构成责任承认。
incident-copy-signature = 旅客签字
incident-copy-staff = 工作人员签字

baggage-files = 事故记录
baggage-list-open = 未结
baggage-list-on-hand = 多收行李
baggage-list-due = 即将到期
baggage-list-closed = 已结
baggage-none-open = 没有未结记录 - 多收行李 { $count } 件
baggage-none-on-hand = 没有无主行李。
baggage-none-due = 没有即将到期的记录。
baggage-none-closed = 还没有结案的记录。
baggage-known = 此行李已有记录
baggage-col-due = 下一期限

incident-field-name = 姓名（与行李牌一致）
incident-field-contact = 电话或电子邮箱
incident-field-language = 语言
incident-field-locator = 订座记录编号
incident-field-address = 永久地址
incident-field-stay = 临时地址
incident-field-stay_from = 临时地址自
incident-field-stay_until = 临时地址至
incident-field-flight = 航班
incident-field-flight_date = 航班日期
incident-field-route = 行李航程
incident-field-flights = 其他航班
incident-field-found_at = 发现地点
incident-field-found_on = 发现日期
incident-field-checked = 托运件数
incident-field-received = 实收件数
incident-field-tag = 行李牌号
incident-field-colour = 颜色
incident-field-type = 类型
incident-field-elements = 外部特征
incident-field-look = 描述
incident-field-brand = 品牌
incident-field-marks = 标记
incident-field-lock = 锁
incident-field-kg = 重量（公斤）
incident-field-part = 破损部位
incident-field-severity = 破损程度
incident-field-in_clothing = 衣物
incident-field-in_shoes = 鞋
incident-field-in_toiletries = 洗漱用品和化妆品
incident-field-in_electronics = 电子产品和相机
incident-field-in_papers = 书籍和文件
incident-field-in_medicine = 药品和眼镜
incident-field-in_gifts = 礼品和食品
incident-field-in_sports = 运动用品和工具
incident-field-in_child = 儿童用品
incident-field-in_other = 其他物品
incident-field-delivery = 行李送往
incident-field-slot_date = 送达日期
incident-field-slot = 送达时段
incident-field-customs = 同意海关开箱
incident-field-delivery_note = 给司机的说明
incident-field-received_on = 收到行李日期
incident-field-complained_on = 书面投诉日期
incident-field-expenses = 临时生活费用
incident-field-expenses_for = 费用用途
incident-field-signed_by = 签字人
incident-field-note = 备注

incident-choice-lock = { $value ->
        [none] 无锁
        [key] 钥匙锁
        [combination] 密码锁
        [approved] 安检可开锁
        [strap] 绑带
        [cable-tie] 扎带
       *[other] { $value }
    }
incident-choice-part = { $value ->
        [side] 侧面
        [top] 顶部
        [bottom] 底部
        [corner] 箱角
        [handle] 拉杆或提手
        [wheel] 轮子
        [zip] 拉链
        [lock] 锁
        [strap] 绑带
        [frame] 箱框
        [contents] 内物
       *[other] { $value }
    }
incident-choice-severity = { $value ->
        [minor] 轻微
        [major] 严重
        [total] 无法修复
       *[other] { $value }
    }
incident-choice-delivery = { $value ->
        [address] 永久地址
        [stay] 临时地址
        [desk] 旅客来此提取
        [forward] 转运至其他航站
       *[other] { $value }
    }
incident-choice-customs = { $value ->
        [yes] 同意
        [no] 不同意
       *[other] { $value }
    }

look-colour = { $code ->
        [WT] 白色或透明
        [BK] 黑色
        [GY] 灰色或铝色
        [BU] 蓝色
        [PU] 紫色
        [RD] 红色或粉色
        [YW] 黄色或橙色
        [BE] 米色
        [BN] 棕色
        [GN] 绿色
        [MC] 多色
        [TD] 花呢
        [PR] 有图案
       *[other] { $code }
    }
look-type = { $code ->
        [t01] 硬壳箱（横式）
        [t02] 硬壳箱（立式）
        [t03] 横式箱（不可扩展）
        [t05] 横式箱（可扩展）
        [t06] 公文箱
        [t07] 文件夹
        [t08] 军用包
        [t09] 塑料袋或洗衣袋
        [t10] 纸箱
        [t12] 储物箱
        [t20] 西装袋
        [t22] 软箱（立式）
        [t23] 软箱（横式）
        [t25] 圆筒包或运动包
        [t26] 电脑包或过夜包
        [t27] 可扩展立式箱
        [t28] 编织袋
        [t29] 背包
        [t50] 帽盒或其他容器
        [t59] 宠物箱
        [t60] 鱼竿
        [t61] 枪支
        [t62] 高尔夫球包
        [t63] 自行车
        [t64] 睡袋
        [t65] 冲浪板
        [t66] 滑雪板
        [t68] 运动器材
        [t69] 其他运动器材
        [t71] 婴儿汽车座椅
        [t72] 婴儿车
        [t85] 乐器
        [t99] 其他
       *[other] { $code }
    }
look-element = { $code ->
        [D] 软硬结合
        [L] 皮革
        [M] 金属
        [R] 硬质
        [T] 花呢
        [B] 其他材质
        [C] 密码锁
        [H] 拉杆
        [P] 外袋
        [S] 绑带
        [W] 轮子
        [X] 无
       *[other] { $code }
    }

# A code of the chart and its words: BK black.
look-code = { $code } { $words }
