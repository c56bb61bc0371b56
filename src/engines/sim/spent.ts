import { lockClasses, type LockClass } from '../../machine/lock-class.js';
import type { Plan } from '../../workload/plan.js';
import type { SpentTime } from '../trial.js';
import { accountPlaces, timeKind, type TimeKind, timeKinds, waitPlace } from './time-account.js';

/** Where the time of each role's threads went between two snapshots of the account; without what is 0. */
export function spentBetween(
  plan: Plan,
  before: Float64Array,
  after: Float64Array,
): readonly SpentTime[] {
  return plan.roles.map((role, index) => {
    const places = new Float64Array(accountPlaces);
    for (const [thread, actor] of plan.actors.entries()) {
      if (actor.role !== index) continue;
      for (let place = 0; place < accountPlaces; place++) {
        const at = thread * accountPlaces + place;
        places[place] = (places[place] as number) + (after[at] as number) - (before[at] as number);
      }
    }
    return {
      role: role.name,
      ns: Object.fromEntries(
        timeKinds
          .map((kind): [TimeKind, number] => [kind, places[timeKind[kind]] as number])
          .filter(([, ns]) => ns !== 0),
      ),
      waits: [...lockClasses, 'none' as const].flatMap((lockClass, at) => {
        const wait = lockClass === 'none' ? -1 : at;
        const [spinning, asleep, waking] = ([0, 1, 2] as const).map(
          (kind) => places[waitPlace(kind, wait)] as number,
        ) as [number, number, number];
        return spinning + asleep + waking === 0
          ? []
          : [{ lockClass: lockClass satisfies LockClass | 'none', spinning, asleep, waking }];
      }),
    };
  });
}
