#include "concierge/understanding/patterns.hpp"

namespace agente::concierge {

// NOLINTNEXTLINE(readability-function-size): a table of words, not logic
std::span<const IntentRow> english_intents() {
  using enum Intent;
  static constexpr IntentRow kRows[] = {
      {greet, 1.0,
       "^ hi|^ hello|^ hey|^ good morning|^ good afternoon|^ good evening|^ greetings|^ howdy|^ hiya|^ yo $|^ hola"},
      {greet, 0.4, "good morning|good evening|good afternoon|how are you"},
      {thanks, 1.4, "thanks|thank you|thx|ty $|cheers|much appreciated|appreciate it|appreciate your|thank u|grateful"},
      {goodbye, 2.2,
       "bye|goodbye|good bye|see you|see ya|cheerio|farewell|adios|have a good|have a nice|have a great|take care|talk "
       "later|talk to you later|good night $|ciao|thats all|im done"},
      {confirm, 2.0,
       "^ yes $|^ yep $|^ yeah $|^ yup $|^ ok $|^ okay $|^ sure $|^ correct $|^ right $|^ confirm $|^ confirmed $|^ "
       "perfect $|^ great $|^ fine $|^ absolutely $|^ exactly $|^ of course $|^ definitely $|^ y $|^ k $|^ go ahead "
       "$|👍|^ ✅|^ 👌|^ aye|^ alright $"},
      {confirm, 1.6, "^ yes|^ yeah|^ yep|^ sure|^ ok|^ okay|^ absolutely|^ of course|^ perfect|^ alright"},
      {confirm, 1.8,
       "confirm ... booking/reservation $|sounds good|sounds great|looks good|go ahead|thats right|thats correct|thats "
       "fine|thats perfect|that "
       "works|works for me|please do|please confirm|i confirm|confirm it|confirm please|book it|lets do it|do it $|im "
       "happy with|deal $|i agree|id love to|go for it|thats what i want|why not"},
      {deny, 2.2,
       "^ no $|^ nope $|^ nah $|^ no no|^ no thanks|^ no thank you|^ no way|^ not really|^ definitely not|^ absolutely "
       "not|^ not now|^ not at all|^ never $|^ not yet|^ no not|👎|^ nothing $|^ certainly not|^ of course not"},
      {deny, 1.2,
       "^ no|i dont want|i dont think so|i dont like|not interested|thats wrong|thats not|not that|i disagree|i "
       "refuse|dont do|please dont|rather not|i wont|isnt right|is not right|not correct|incorrect|wrong $"},
      {cancel_reservation, 3.2,
       "scrap ... booking/reservation|cancel* ... "
       "booking/bookings/reservation/reservations/room/stay/trip/it/everything/rooms|call off ... "
       "booking/reservation|drop ... reservation/booking|delete ... reservation/booking|get rid of ... "
       "booking/reservation|void ... booking/reservation"},
      {cancel_reservation, 2.4,
       "cancel $|cancel please|want to cancel|need to cancel|like to cancel|have to cancel|cancel it|cancelling|please "
       "cancel|how can/do i cancel"},
      {cancel_reservation, 2.6,
       "forget it|never mind|nevermind|not coming|wont be coming|not coming anymore|wont make it|cant make it|cannot "
       "make it|we are not going|not going anymore|changed my mind|changed our mind|no longer need|dont need the "
       "room|no longer coming|not travelling|wont be able to"},
      {modify_reservation, 3.4,
       "change/move/shift/push ... arrival/departure/check in/booked|instead ... change|booked ... instead|change "
       "my|change/modify/amend/alter/update/edit/move/shift/adjust/upgrade/reschedule/postpone/prolong/extend/shorten "
       "... "
       "booking/reservation/reservations/bookings/date/dates/stay/checkin/checkout/check|changing ... "
       "booking/reservation/date/dates/stay|change* to ... booking/reservation|chang*/modif*/amend* ... "
       "reservation/booking/dates/date/guests/adults/name/duration/nights/days|make changes|make a change|swap ... "
       "room|switch ... room|upgrade ... room/booking|amend|reschedule|modification"},
      {modify_reservation, 3.0,
       "add ... people/person/guest/guests/adult/adults/night/nights/day/days/child/kid/bed ... "
       "booking/reservation/stay|add ... night/nights/person/guest/adult/days|extra night|another night|stay "
       "longer|stay one more|one more night|more nights|extend|to a different date|different dates|postpone|existing "
       "booking ... change|bring forward|push back|arrive ... earlier/later than|change my room|change rooms|different "
       "room|bigger room|smaller room"},
      {ask_checkin_time, 3.2,
       "what time ... check in|when ... check in|what time ... checkin|when ... checkin|check in time|check in "
       "times|checkin time|earliest ... check|check in ... earliest|check in ... latest|latest ... check in|how early "
       "... check|how late ... check in|how early ... arrive|how late ... arrive|early check in|early checkin|check in "
       "early|check in earlier|what time can/could i/we arrive/come/get|when can/could i/we arrive/come|room "
       "ready|check in before|check in after|check in at|check in hours|when ... rooms ready"},
      {ask_checkout_time, 3.4,
       "what time ... check out|what time ... checkout|when ... check out|when ... checkout|checkout time|check out "
       "time|check out times|what time ... leave|when ... leave the room|when ... vacate|by when ... leave|latest ... "
       "check out|latest ... checkout|check out ... latest|what time ... vacate|check out hours|how late ... stay|how "
       "late ... check out|how late ... checkout"},
      {late_checkout, 3.8,
       "leave the room at|leave our room at|have the room until|keep our room|late check out|late checkout|check out "
       "later|checkout later|check out late|check out at|checkout at|leave "
       "later|leave late|stay later|later check out|later checkout|late departure|extend ... checkout|extend ... check "
       "out|check out ... later/hour|keep the room|keep my room|stay past|stay a little longer|stay a bit longer|leave "
       "the room later|leave at|check out after|checkout after|stay until"},
      {check_in, 3.0,
       "want/like/ready/here/need to check in|check me in|check us in|ive arrived|we arrived|have arrived|just "
       "arrived|i arrived|im at reception|at the reception|in the lobby|checking in now|im here|we are here|were "
       "here|check in online|online check in|check in now|check in please|^ check in $|^ checkin $|do check in"},
      {check_out, 3.0,
       "want/like/ready/need to check out|want/like/ready/need to checkout|check me out|check us out|checking out "
       "now|were leaving now|im leaving now|express checkout|express check out|return ... key/keys|hand in the "
       "key|check out now|check out please|checkout please|^ check out $|^ checkout $|settle the bill|settle my bill"},
      {ask_price, 3.0,
       "how much|price|prices|pricing|rate|rates|cost|costs|what do you charge|do you charge|charge "
       "for|quote|tariff|cheap|cheaper|cheapest|discount|discounts|expensive|deal on|special offer|offers|fee|fees|per "
       "night|budget"},
      {ask_availability, 2.8,
       "anything left|something left|any left|left for|availab*|do you have a room|do you have any room|do you have "
       "any rooms|do you have rooms|have you got a "
       "room|have you got any|any rooms|any room|any vacanc*|vacanc*|rooms free|room free|free rooms|anything free|do "
       "you have space|is there a room|are there any rooms|have a room for|have a double|have a single|have any "
       "double*|rooms left|room left|do you have anything|got a room|got anything|do you have a "
       "suite/twin/triple/double/single/family|free for|fully booked|still have rooms"},
      {make_reservation, 2.6,
       "make a reservation|make a booking|make reservation|make reservations|make a room|want/like/need/looking to "
       "book|to book|book a|book me|book us|book in|book an|book two|book one|book 1/2/3/4/5|book the|book room|book "
       "rooms|id like to book|^ book|reserve|a reservation for|a booking for|new booking|new reservation|id like to "
       "stay|want to stay|need to stay|like to stay|place a booking|place a reservation|get a booking|^ reservation|^ "
       "booking $|looking to stay|planning to stay"},
      {make_reservation, 1.5, "^ booking|can/could i/we get/have ... room/double/single/twin/suite/triple"},
      {make_reservation, 2.0,
       "need a/an/one/two/1/2/3 ... room/rooms/suite/double/single/twin/triple|want a/an/one/two ... "
       "room/rooms/suite/double/single/twin/triple|like a/an/one/two ... room/rooms/suite/double/single|looking for "
       "a/an ... room/suite/double/single|like to have ... room|looking for ... room/rooms|need ... room/rooms "
       "for|give me a room|get a room|we will need|a room for|a suite for|accommodation for|^ a "
       "single/double/twin/triple/suite"},
      {ask_services, 2.8,
       "breakfast|wifi|wi fi|internet|pool|swimming|parking|park my|car "
       "park|gym|fitness|spa|pet|pets|dog|dogs|cat|cats|restaurant|bar|air "
       "conditioning|aircon|ac|heating|crib|cot|laundry|towel|towels|hairdryer|hair "
       "dryer|iron|ironing|safe|fridge|minibar|room service|elevator|lift|shuttle|transfer|balcony|sea "
       "view|view|jacuzzi|sauna|dinner|lunch|meal|meals|half board|all "
       "inclusive|tv|netflix|kitchen|microwave|wheelchair|accessible|facilities|amenities|massage|luggage|bags|"
       "concierge|sheets|pillow|pillows|blanket|charger|kettle|coffee|smoking "
       "room|smoke|rent|rental|bike|bikes|tour|tours|playground|babysit*|conference|meeting "
       "room|printer|taxi|shower|bathtub|bath|hot "
       "tub|yoga|treadmill*|beds|soap|shampoo|toothbrush|vegan|vegetarian|gluten|halal|food|menu|drinks|tennis|golf|"
       "beach towels|password"},
      {ask_services, 0.8,
       "do you have|is there|are there|do you offer|do you provide|does it have|included|what time does|when does|when "
       "is the|is the|can i use|do you serve|open|opening hours|can i bring|where is the|have you got|do the rooms|do "
       "your rooms"},
      {ask_location, 3.0,
       "where are you|where is the hotel|where are you located|located|location|address|directions|how do i get|how to "
       "get|how can i get|how do we get|how far|far from|close to|near the|nearest|distance|what street|what "
       "area|which area|neighbourhood|neighborhood|from the airport|to the airport|on the map|your hotel "
       "located|walking distance|train station|metro|get to the hotel|get to your"},
      {ask_policy, 3.4,
       "policy|policies|refund*|deposit|prepay*|what if i cancel|if i cancel|happens if|free cancellation|cancel for "
       "free|cancel without|cancellation fee|cancellation charge|penalty|penalties|money back|payment method*|pay "
       "with|pay by|pay in|do you accept|accept ... card/cards/cash|credit card|allowed|age limit|minimum age|rules|do "
       "i have to pay|when do i pay|pay on arrival|pay upfront|pay in advance|tax included|taxes|passport|id "
       "required|do i need to show|can i pay|kids pay|children pay|quiet hours|visitors|terms|conditions|charged if|is "
       "it possible to cancel"},
      {complaint, 3.6,
       "theres no|there is no|there are no ... in/left|no toilet paper|no towels|no soap|no heating|no wifi|been "
       "waiting|waiting for ... hours/hour|nobody has|no one has|was not|wasnt ... cleaned|not been cleaned|not "
       "working|doesnt work|isnt working|dont work|does not work|stopped working|wont work|is "
       "broken|broken|dirty|filthy|noise|noisy|loud|complain*|complaint|no hot water|no water|cold shower*|cold "
       "water|no electricity|no power|isnt clean|not clean|smell|smells|smelly|cockroach*|bugs|bed "
       "bugs|awful|terrible|horrible|disgusting|worst|unacceptable|disappointed|rude|overcharged|charged twice|charged "
       "me|leak|leaking|leaks|blocked|clogged|dead|cant sleep|cant get|cannot get|cant connect|cannot connect|wont "
       "turn|wont open|wont flush|stuck|freezing|too hot|too cold|nobody came|no one came|still waiting|havent "
       "received|hasnt been cleaned|out of order|faulty|damaged|stain*|mould|mold|is missing|are missing|run out "
       "of|ran out of|no towels|not been|never came|doesnt turn|doesnt open|no signal|too slow|very slow|so "
       "slow|keeps"},
      {human_handoff, 3.6,
       "talk to a|talk to someone|speak to|speak with|talk with|a human|a person|real person|human being|an agent|live "
       "agent|operator|representative|customer service|someone from the hotel|manager|receptionist|call me|phone "
       "me|someone call|ring me|staff member|member of staff|front desk|reception please|transfer me|connect me|put me "
       "through|not a bot|not a robot|talk to reception|somebody from"},
      {invoice, 3.6, "invoice|invoices|receipt|bill please|the bill|my bill|vat|proof of payment|tax document"},
      {feedback_score, 3.0,
       "out of 10|out of 5|out of ten|out of five|stars $|id give|i give|i rate|my score|score|i would rate|id "
       "rate|rating of|points $"},
      {other, 3.0,
       "joke|weather|are you a robot|are you a bot|are you real|are you human|who are you|who made you|whats your "
       "name|what is your name|i love you|marry me|how old are you|sing|song|poem|capital "
       "of|play|favorite|favourite|meaning of life|^ lol $|^ haha* $|^ lmao $|ignore ... instructions|previous "
       "instructions|disregard|mark it as paid|mark ... paid|system prompt|developer mode|jailbreak|you are "
       "now|pretend|qwerty|asdf*|boring|football|world cup|president|translate|recipe|do you dream|do you like|can you "
       "dream|your birthday|your boss|you are stupid|are you single|are you happy|news|stock|bitcoin"},
  };
  return kRows;
}

}  // namespace agente::concierge
