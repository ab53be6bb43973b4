"""A partition that no longer takes events in, in words: for whoever looks after the system.

Owns the sentences. Pure; called by `alert_text`, which gives times as words. Invariant: the
text says what stands still, since when and why, and the command that lets it go on.
"""

from schemas.outcomes import AlertRow, AlertState


def storm_in_chinese(alert: AlertRow, since: str, until: str) -> str:
    if alert.state is AlertState.CLOSED:
        head = f"【恢复】数据接入已恢复：{alert.journey}"
        fact = f"{since} 至 {until} 停止接入，期间数据未丢失"
        todo = "来源修复后可重发被拒数据（hallwatch deadletters resend）"
    else:
        head = f"【停止接入】{alert.journey} 拒收数据过多，已停止接入"
        fact = f"自 {since} 起停止，拒收原因 {'、'.join(alert.evidence)}"
        todo = (
            "请系统管理员检查数据来源（hallwatch deadletters list），"
            f"处理后执行 hallwatch resume {alert.partition}"
        )
    return f"{head}｜{fact}｜依据 {alert.clause}｜{todo}"


def storm_in_english(alert: AlertRow, since: str, until: str) -> str:
    if alert.state is AlertState.CLOSED:
        head = f"[BACK] intake of {alert.journey} goes on"
        fact = f"stopped from {since} to {until}, nothing was lost"
        todo = "once its source is mended: hallwatch deadletters resend"
    else:
        head = f"[STOPPED] intake of {alert.journey}: too much of it was refused"
        fact = f"since {since}, refused: {', '.join(alert.evidence)}"
        todo = (
            "look into it (hallwatch deadletters list), mend the source, then"
            f" hallwatch resume {alert.partition}"
        )
    return f"{head} | {fact} | clause {alert.clause} | {todo}"
