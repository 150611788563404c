import type { NoticeKind } from './notices.ts';

// What a notice says, in English and Chinese, made of its details.

export type NoticeText = { readonly textEn: string; readonly textZh: string };

type Details = Readonly<Record<string, string>>;

const missing = '—';
/** The value of a detail; a dash where it is not there, or empty: a blocked score has no total. */
type Say = (name: string) => string;

const decisions: Readonly<Record<string, NoticeText>> = {
  ACCEPTED: { textEn: 'accepted', textZh: '已采纳' },
  REJECTED: { textEn: 'rejected', textZh: '已驳回' },
};

/** Who could not be scored is told which items had no value. */
function scoreText(say: Say): NoticeText {
  const [period, total, blockedBy] = [say('period'), say('total'), say('blockedBy')];
  if (total !== missing || blockedBy === missing) {
    return {
      textEn: `Your score of ${period} was published: ${total}.`,
      textZh: `您${period}的考核得分已公布：${total}。`,
    };
  }
  return {
    textEn: `The scores of ${period} were published. You have none, because these items had no value: ${blockedBy}.`,
    textZh: `${period}的考核得分已公布。因下列指标没有数据，您没有得分：${blockedBy}。`,
  };
}

function appealText(say: Say): NoticeText {
  const known = decisions[say('decision')] ?? { textEn: say('decision'), textZh: say('decision') };
  const isChanged = say('before') !== say('after');
  return {
    textEn: `Your appeal about the score of ${say('period')} was ${known.textEn}; the score ${isChanged ? `was ${say('before')} and is now ${say('after')}` : `stays ${say('after')}`}.`,
    textZh: `您对${say('period')}考核得分的申诉${known.textZh}；得分${isChanged ? `由${say('before')}调整为${say('after')}` : `仍为${say('after')}`}。`,
  };
}

/** Who had no tier before is told only which one it has. */
function tierText(say: Say): NoticeText {
  const [on, scheme, period, from, to] = [say('on'), say('scheme'), say('period'), say('from'), say('to')];
  const before =
    from === missing ? { textEn: '', textZh: '为' } : { textEn: `, before it was ${from}`, textZh: `由${from}变为` };
  return {
    textEn: `From ${on} your tier is ${to}${before.textEn} (${scheme}, ${period}).`,
    textZh: `自${on}起，您的等级${before.textZh}${to}（${scheme}，${period}）。`,
  };
}

const registrationWords: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  PROTECTED: { en: 'is protected', zh: '已生效并受保护' },
  QUEUED: { en: 'waits behind another one', zh: '已排队等候' },
  REFUSED: { en: 'was refused', zh: '未获通过' },
};

const disputeWords: Readonly<Record<string, NoticeText>> = {
  ACCEPTED: { textEn: 'was accepted', textZh: '已采纳' },
  PARTLY_ACCEPTED: { textEn: 'was accepted in part', textZh: '已部分采纳' },
  REJECTED: { textEn: 'was rejected', textZh: '已驳回' },
};

/** What a decision books is said with it. */
function disputeText(say: Say): NoticeText {
  const known = disputeWords[say('state')] ?? { textEn: say('state'), textZh: say('state') };
  const effects: Readonly<Record<string, NoticeText>> = {
    ADJUSTMENT: {
      textEn: `; ${say('amount')} ${say('currency')} is booked with your next statement`,
      textZh: `，${say('amount')} ${say('currency')} 将计入您的下一期结算单`,
    },
    RECALCULATION: {
      textEn: '; the month is calculated again with your next statement',
      textZh: '，该月将在下一期结算时重新核算',
    },
  };
  const effect = effects[say('effect')] ?? { textEn: '', textZh: '' };
  return {
    textEn: `Your dispute ${say('dispute')} ${known.textEn}${effect.textEn}: ${say('decision')}`,
    textZh: `您的申诉${say('dispute')}${known.textZh}${effect.textZh}：${say('decision')}`,
  };
}

const texts: Readonly<Record<NoticeKind, (say: Say) => NoticeText>> = {
  SCORE_PUBLISHED: scoreText,
  SCORE_APPEAL_DECIDED: appealText,
  RATING_COMMENT_RELEASED: (say) => ({
    textEn: `A comment from the rating "${say('round')}" was released to you.`,
    textZh: `“${say('round')}”评价中的一条意见已向您公开。`,
  }),
  TIER_CHANGED: tierText,
  TIER_MISSED: (say) => ({
    textEn: `In ${say('period')} you missed what keeps tier ${say('tier')} (${say('scheme')}). Misses in a row: ${say('misses')}; with ${say('grace')} the tier is lowered where there is a lower one.`,
    textZh: `您在${say('period')}未达到等级${say('tier')}的保级条件（${say('scheme')}）。已连续${say('misses')}次未达标；满${say('grace')}次且存在更低等级时将降级。`,
  }),
  TIER_OVERRIDE: (say) => ({
    textEn: `Your tier was set to ${say('tier')} by hand from ${say('from')} until before ${say('to')}: ${say('reason')}`,
    textZh: `您的等级由人工设定为${say('tier')}，自${say('from')}起至${say('to')}前有效：${say('reason')}`,
  }),
  AWARD_GRANTED: (say) => ({
    textEn: `You were given the award ${say('award')} for ${say('period')}: place ${say('place')}.`,
    textZh: `您获得了${say('period')}的${say('award')}奖项：第${say('place')}名。`,
  }),
  CONFLICT_OPENED: (say) => ({
    textEn: `The conflict ${say('case')} (${say('rule')}) concerns you; you can say something to it until ${say('due')}.`,
    textZh: `渠道冲突${say('case')}（${say('rule')}）与您有关，请在${say('due')}前说明情况。`,
  }),
  CONFLICT_DECIDED: (say) => ({
    textEn: `The conflict ${say('case')} was decided; you may appeal before ${say('appealUntil')}.`,
    textZh: `渠道冲突${say('case')}已裁定，如有异议请在${say('appealUntil')}前申诉。`,
  }),
  CONFLICT_CLOSED: (say) => ({
    textEn: `The conflict ${say('case')} is closed.`,
    textZh: `渠道冲突${say('case')}已结案。`,
  }),
  REGISTRATION_DECIDED: (say) => ({
    textEn: `Your registered deal ${say('registration')} ${registrationWords[say('state')]?.en ?? say('state')}.`,
    textZh: `您的报备${say('registration')}${registrationWords[say('state')]?.zh ?? say('state')}。`,
  }),
  REGISTRATION_EXPIRING: (say) => ({
    textEn: `The protection of your registered deal ${say('registration')} ends on ${say('until')}.`,
    textZh: `您的报备${say('registration')}的保护期将于${say('until')}结束。`,
  }),
  STATEMENT_ISSUED: (say) => ({
    textEn: `Your statement ${say('number')} of ${say('period')} was issued: ${say('gross')} ${say('currency')} to be paid. It counts as confirmed from ${say('confirmsOn')} on unless you object.`,
    textZh: `您${say('period')}的结算单${say('number')}已发布，应付${say('gross')} ${say('currency')}。如无异议，自${say('confirmsOn')}起视为确认。`,
  }),
  REGISTRATION_EXPIRED: (say) => ({
    textEn: `The protection of your registered deal ${say('registration')} has ended.`,
    textZh: `您的报备${say('registration')}的保护期已结束。`,
  }),
  DISPUTE_FILED: (say) => ({
    textEn: `Your dispute ${say('dispute')} was filed; it is to be decided before ${say('due')}.`,
    textZh: `您的申诉${say('dispute')}已受理，将于${say('due')}前作出决定。`,
  }),
  DISPUTE_ANSWERED: (say) => ({
    textEn: `Somebody answered in your dispute ${say('dispute')}.`,
    textZh: `您的申诉${say('dispute')}有新的回复。`,
  }),
  DISPUTE_DECIDED: disputeText,
  DISPUTE_OVERDUE: (say) => ({
    textEn: `Your dispute ${say('dispute')} is not decided yet although its time is over; it was called to mind.`,
    textZh: `您的申诉${say('dispute')}已超过处理期限，已催办。`,
  }),
};

/** What a notice says. Details: see `NewNotice`; a missing one is shown as a dash. */
export function noticeText(kind: NoticeKind, details: Details): NoticeText {
  return texts[kind]((name) => details[name] || missing);
}
